// The ports of people's orders over AWS: registry, grants, the queue of kill lists, and real time to wait in.

import type { SettleEnv } from '../../config/env.ts';
import type { KillDeps } from '../../core/kill/kill.ts';
import { loadCatalog } from '../files/compiled-catalog.ts';
import { createAgentBook } from './agents-table.ts';
import { createGrantStore } from './grants-table.ts';
import { createKillQueue } from './kill-queue.ts';
import { createKillBook, createKillLists, createSwitches } from './kill-tables.ts';
import { clockOf, documentClient, pauseOf, queueClient, type World } from './world.ts';

/** What the admin and the settle function need. */
export function ordersOver(env: SettleEnv, world: World): KillDeps {
  const client = documentClient(world);
  const registry = { client, table: env.REGISTRY_TABLE };
  return {
    agents: createAgentBook(registry),
    switches: createSwitches(registry),
    kills: createKillBook(registry),
    lists: createKillLists(registry),
    queue: world.killQueue ?? createKillQueue({ client: queueClient(world), url: env.KILL_QUEUE_URL }),
    grants: createGrantStore({ client, table: env.GRANTS_TABLE }),
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    clock: clockOf(world),
    pause: pauseOf(world),
  };
}
