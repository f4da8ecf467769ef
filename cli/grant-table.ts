// Which grant table the command line reads: the one that is named, with the reader's own AWS credentials, or else
// local mode's, whose broker hands out a key that may only read.

import { z } from 'zod';
import { isLoopback } from '../src/client/transport.ts';
import type { GrantStore } from '../src/core/ports.ts';
import { CliError, EXIT } from './failure.ts';

/** How a table is named. */
export interface TableOptions {
  readonly table?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly broker?: string;
}

const viewer = z.object({
  table: z.string(),
  region: z.string(),
  endpoint: z.url(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});

const DEFAULT_BROKER = 'http://localhost:8787';
const LOCAL_MS = 2000;

/** The store over that table. @throws CliError when no table is named and no local mode answers. */
export async function openGrantTable(options: TableOptions): Promise<GrantStore> {
  const [{ createGrantStore }, { documentClient }] = await Promise.all([
    import('../src/adapters/aws/grants-table.ts'),
    import('../src/adapters/aws/world.ts'),
  ]);
  const { table, endpoint, region } = options;
  if (table !== undefined) {
    const client = documentClient({ ...(endpoint && { endpoint }), ...(region && { region }) });
    return createGrantStore({ client, table });
  }
  const { accessKeyId, secretAccessKey, ...local } = await localTable(options.broker ?? DEFAULT_BROKER);
  const client = documentClient({ ...local, credentials: { accessKeyId, secretAccessKey } });
  return createGrantStore({ client, table: local.table });
}

async function localTable(broker: string): Promise<z.output<typeof viewer>> {
  try {
    if (!isLoopback(new URL(broker))) throw new Error('not on this machine');
    const url = new URL('/dev/viewer', broker);
    const answer = await fetch(url, { signal: AbortSignal.timeout(LOCAL_MS), redirect: 'error' });
    return viewer.parse(await answer.json());
  } catch (cause) {
    throw new CliError('The name of the grant table is not known, and no local mode answers.', {
      fix: 'give --table (REMIT_GRANTS_TABLE), the output GrantsTable of the stack; or start remit dev',
      exitCode: EXIT.usage,
      cause,
    });
  }
}
