// The one writer of kill lists: takes roles from the queue, one at a time each. What fails comes again.

import { isThrottle } from '../src/adapters/aws/faults.ts';
import { readKillMessage } from '../src/adapters/aws/kill-queue.ts';
import { createKillLists } from '../src/adapters/aws/kill-tables.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createRolePolicies } from '../src/adapters/aws/role-policies.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, documentClient, iamClient, type World } from '../src/adapters/aws/world.ts';
import { type KillListEnv, killListEnv, readEnv } from '../src/config/env.ts';
import { applyKillList } from '../src/core/kill/apply-kill-list.ts';
import { Refusal } from '../src/core/refusal.ts';

interface QueueEvent {
  readonly Records: readonly { readonly body: string }[];
}

/** @throws Refusal when IAM throttles: the queue brings the message again. */
export function buildKillList(env: KillListEnv, world: World = {}): (event: QueueEvent) => Promise<void> {
  const deps = {
    lists: createKillLists({ client: documentClient(world), table: env.REGISTRY_TABLE }),
    policies: createRolePolicies({ client: iamClient(world) }),
    clock: clockOf(world),
  };
  const telemetry = createTelemetry(world.log);
  return async ({ Records }) => {
    for (const { body } of Records) {
      const role = readKillMessage(body);
      try {
        const { entries, wide, did } = await applyKillList(deps, role);
        telemetry.line({ operation: 'killList', role, entries, wide, did });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, detail } = error;
        telemetry.line({ operation: 'killList', role, code, detail }, true);
        if (isThrottle(error)) telemetry.measure([{ metric: 'throttles', value: 1 }]);
        throw error;
      }
    }
  };
}

export const handler = onFirstEvent(() => buildKillList(readEnv(killListEnv, process.env)));
