// Custom resource: brings the console's files into their bucket at deploy, and takes them away with a trial's stack.

import { ConsoleBucket } from '../src/adapters/aws/console-bucket.ts';
import { answeringCloudFormation, type ResourceAnswer } from '../src/adapters/aws/custom-resource.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, s3Client, type World } from '../src/adapters/aws/world.ts';
import { consoleFilesOf } from '../src/adapters/files/console-files.ts';
import { type ConsoleFilesEnv, consoleFilesEnv, readEnv } from '../src/config/env.ts';

interface FilesEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/** @throws Error of S3 or of the file system: the deployment then fails and says so. */
export function buildConsoleFiles(
  env: ConsoleFilesEnv,
  world: World = {},
): (event: FilesEvent) => Promise<ResourceAnswer> {
  const bucket = new ConsoleBucket(s3Client(world), env.CONSOLE_BUCKET);
  const clock = clockOf(world);
  const telemetry = createTelemetry(world.log);
  return async ({ RequestType, ResourceProperties }) => {
    const report = await act();
    telemetry.line({ operation: 'console-files', kind: RequestType, ...report });
    return { PhysicalResourceId: 'remit-console', Data: { written: String(report.written) } };

    async function act() {
      if (RequestType !== 'Delete') return bucket.publish(await consoleFilesOf(env.CONSOLE_FILES), clock());
      const goes = ResourceProperties['emptyOnDelete'] === 'true';
      return goes ? bucket.empty() : { written: 0, removed: 0 };
    }
  };
}

export const handler = onFirstEvent(() =>
  answeringCloudFormation(buildConsoleFiles(readEnv(consoleFilesEnv, process.env))),
);
