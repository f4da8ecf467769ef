// One run of local mode from the command line: catalog and stack from their directories, ports from the
// environment, and the data that the example catalog's tasks work on.

import type { LogSink } from '../../src/adapters/aws/telemetry.ts';
import { readCatalog, readCatalogTexts } from '../../src/adapters/files/catalog-files.ts';
import type { TrailPlace } from '../../src/adapters/local/kept-trail.ts';
import type { Told, ToldReview } from '../../src/adapters/local/notifier.ts';
import type { OverdueAgent } from '../../src/adapters/local/overdue.ts';
import { type LocalMode, refuseProduction, startLocalMode } from '../../src/adapters/local/start.ts';
import type { Catalog } from '../../src/core/model.ts';
import type { Clock } from '../../src/core/ports.ts';
import { CliError, EXIT } from '../failure.ts';
import { EXAMPLE_DATA } from '../story/example-data.ts';
import { builders } from './builders.ts';
import { consoleSource } from './console-build.ts';
import { loadStack } from './stack-cache.ts';

export interface SessionOptions {
  readonly catalogDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly brokerPort: number;
  readonly awsPort: number;
  readonly clock?: Clock;
  readonly log?: LogSink;
  /** Where the audit trail is kept. @default nowhere */
  readonly trail?: TrailPlace;
  /** File of the key that signs proofs of offboardings. @default a key for this run */
  readonly proofKey?: string;
  /** Hears what people are told about approvals. */
  readonly onNotice?: (notice: Told | ToldReview) => void;
  /** Hears of agents that were overdue at the start. */
  readonly onOverdue?: (agent: OverdueAgent) => void;
  /** Called when the stack has to be synthesized, which takes some seconds. */
  readonly onSynth: () => void;
}

/** Starts local mode. @throws CliError for a catalog with problems; Error of refuseProduction; PortTaken; TrailUnusable */
export async function openSession(options: SessionOptions): Promise<LocalMode> {
  refuseProduction(options.env);
  const { catalogDirectory, onSynth, ...rest } = options;
  const catalog = requireCatalog(catalogDirectory);
  const stack = loadStack(catalogDirectory, { catalogDigest: catalog.digest, onSynth });
  // when a port is taken the synthesis still runs: its failure must not be an unhandled one
  stack.catch(() => undefined);
  const catalogSource = { root: catalogDirectory, texts: readCatalogTexts(catalogDirectory) };
  return startLocalMode({
    ...rest,
    catalog,
    catalogSource,
    stack,
    builders,
    data: EXAMPLE_DATA,
    console: consoleSource(),
  });
}

function requireCatalog(directory: string): Catalog {
  const { catalog, problems } = readCatalog(directory);
  if (catalog !== undefined) return catalog;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const place = first === undefined ? '' : `, the first in ${first.file}: ${first.message}`;
  throw new CliError(`The catalog in ${directory} has ${errors.length} problem(s)${place}.`, {
    fix: `remit catalog check ${directory} lists them`,
    exitCode: EXIT.failed,
  });
}
