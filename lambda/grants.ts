// complete, revoke and introspect: ends grants and tells of them. It cannot assume a role or write an agent.

import { randomBytes } from 'node:crypto';
import { createGrantStore } from '../src/adapters/aws/grants-table.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createReplayLedger } from '../src/adapters/aws/replay-table.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, documentClient, type World } from '../src/adapters/aws/world.ts';
import { loadCatalog } from '../src/adapters/files/compiled-catalog.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { chooseGrantsAction } from '../src/adapters/http/grants-action.ts';
import { createKeySource } from '../src/adapters/http/key-source.ts';
import { type GrantsEnv, grantsEnv, readEnv } from '../src/config/env.ts';

/** The endpoints of a grant's end over these resources. */
export function buildGrants(env: GrantsEnv, world: World = {}): Handler {
  const client = documentClient(world);
  const clock = clockOf(world);
  const deps = {
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    clock,
    random: world.random ?? { bytes: (count: number) => randomBytes(count) },
    keys: createKeySource({
      clock,
      fetch: world.fetch ?? fetch,
      allowLoopback: world.allowLoopback ?? false,
    }),
    replay: createReplayLedger({ client, table: env.REPLAY_TABLE }),
    grants: createGrantStore({ client, table: env.GRANTS_TABLE }),
  };
  return endpoint(createTelemetry(world.log), chooseGrantsAction(deps, env.BROKER_URL));
}

export const handler = onFirstEvent(() => buildGrants(readEnv(grantsEnv, process.env)));
