// The one writer of kill lists: takes roles from the queue, one at a time each. What fails comes again.

import { readKillMessage } from '../src/adapters/aws/kill-queue.ts';
import { createKillLists } from '../src/adapters/aws/kill-tables.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createRolePolicies } from '../src/adapters/aws/role-policies.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, documentClient, iamClient, type World } from '../src/adapters/aws/world.ts';
import { type KillListEnv, killListEnv, readEnv } from '../src/config/env.ts';
import { applyKillList } from '../src/core/kill/apply-kill-list.ts';

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
      const { role, entries, wide, did } = await applyKillList(deps, readKillMessage(body));
      telemetry.line({ operation: 'killList', role, entries, wide, did });
    }
  };
}

export const handler = onFirstEvent(() => buildKillList(readEnv(killListEnv, process.env)));
