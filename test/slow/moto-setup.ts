// Starts moto_server on a free port for the slower layer, and stops it.

import { spawn } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { freePort, portOf, untilAnswers } from './forward.ts';
import { motoFront } from './moto-front.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of moto; a host without a dot, or the CDK would look for virtual-hosted buckets. */
    moto: string;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const port = await freePort();
  const front = motoFront(port);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${portOf(front)}`;
  const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, S3_IGNORE_SUBDOMAIN_BUCKETNAME: 'true' },
  });
  const failed = new Promise<never>((_, fail) => {
    moto.once('error', (cause) =>
      fail(new Error('moto_server is not installed: pip install "moto[server]"', { cause })),
    );
  });
  await Promise.race([untilAnswers(`http://127.0.0.1:${port}/moto-api/`), failed]);
  provide('moto', url);
  return async () => {
    front.close();
    front.closeAllConnections();
    moto.kill();
  };
}
