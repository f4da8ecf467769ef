// The ports of the writer of kill lists over AWS: the rows of the lists, IAM of each account that has task roles, and
// what its log and metrics tell of a run.

import type { KillListEnv } from '../../config/env.ts';
import { Refusal } from '../../core/refusal.ts';
import { isThrottle } from './faults.ts';
import { createKillLists } from './kill-tables.ts';
import { createTaskAccounts } from './task-accounts.ts';
import { createTelemetry, type Facts } from './telemetry.ts';
import { clockOf, documentClient, iamClient, stsClients, type World } from './world.ts';

/** What the kill-list function needs. */
export function killListOver(env: KillListEnv, world: World) {
  const clock = clockOf(world);
  return {
    clock,
    lists: createKillLists({ client: documentClient(world), table: env.REGISTRY_TABLE }),
    accounts: createTaskAccounts({
      place: { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX },
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
