// The ports of the writer of kill lists over AWS: the rows of the lists, IAM of each account that has task roles, and
// what its log and metrics tell of a run.

import type { KillListEnv } from '../../config/env.ts';
import { accountOfRole, taskRoleArn } from '../../core/iam/role.ts';
import type { RoleArn } from '../../core/model.ts';
import { Refusal } from '../../core/refusal.ts';
import { loadCatalog } from '../files/compiled-catalog.ts';
import { isThrottle } from './faults.ts';
import { createKillLists } from './kill-tables.ts';
import { createTaskAccounts } from './task-accounts.ts';
import { createTelemetry, type Facts } from './telemetry.ts';
import { clockOf, documentClient, iamClient, stsClients, type World } from './world.ts';

/** What the kill-list function needs. */
export function killListOver(env: KillListEnv, world: World) {
  const clock = clockOf(world);
  const place = { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX };
  const { tasks } = world.catalog ?? loadCatalog(env.CATALOG_FILE);
  const roles = new Set(tasks.map((task) => taskRoleArn(task, place)));
  return {
    clock,
    // in another account a role stays until the stack there is deployed: until then it is denied like any other
    isLeaving: (role: RoleArn) => accountOfRole(role) === place.account && !roles.has(role),
    lists: createKillLists({ client: documentClient(world), table: env.REGISTRY_TABLE }),
    accounts: createTaskAccounts({
      place,
      iam: iamClient(world),
      sts: stsClients(world).client,
      iamOf: (credentials) => iamClient({ ...world, credentials: { ...credentials } }),
      clock,
    }),
  };
}

/** What a run found; `isShut` where an account that people count on does not let the writer in. */
interface Found {
  readonly facts: Facts;
  readonly isShut: boolean;
}

/** Does a run and tells how it went. @throws what the run throws */
export function tellRuns(world: World): (about: Facts, run: () => Promise<Found>) => Promise<void> {
  const telemetry = createTelemetry(world.log);
  return async (about, run) => {
    try {
      const { facts, isShut } = await run();
      telemetry.line({ operation: 'killList', ...about, ...facts }, isShut);
      if (isShut) telemetry.measure([{ metric: 'accountsBeyondReach', value: 1 }]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, detail } = error;
      telemetry.line({ operation: 'killList', ...about, code, detail }, true);
      if (isThrottle(error)) telemetry.measure([{ metric: 'throttles', value: 1 }]);
      throw error;
    }
  };
}
