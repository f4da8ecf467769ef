// Custom resource: takes kill lists off task roles that CloudFormation is about to delete, when their tasks leave the
// catalog or the stack goes. A stack depends on it in such an order that nobody writes lists there any more.

import * as z from 'zod';
import { answeringCloudFormation, type ResourceAnswer } from '../src/adapters/aws/custom-resource.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createRolePolicies } from '../src/adapters/aws/role-policies.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, iamClient, pauseOf, type World } from '../src/adapters/aws/world.ts';
import { type ClearKillListsEnv, clearKillListsEnv, readEnv } from '../src/config/env.ts';
import { taskRoleArn } from '../src/core/iam/role.ts';
import { clearKillLists } from '../src/core/kill/clear-kill-lists.ts';

const properties = z.object({ tasks: z.array(z.string()).default([]) });
interface ClearEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResourceProperties: unknown;
  readonly OldResourceProperties?: unknown;
}

/** @throws Error when IAM throttled until the time was over: trying the deployment again goes on. */
export function buildClearKillLists(
  env: ClearKillListsEnv,
  world: World = {},
): (event: ClearEvent) => Promise<ResourceAnswer> {
  const policies = createRolePolicies({ client: iamClient(world) });
  const deps = { policies, clock: clockOf(world), pause: pauseOf(world) };
  const place = { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX };
  const telemetry = createTelemetry(world.log);
  return async (event) => {
    const roles = leaving(event).map((id) => taskRoleArn({ id, account: 'self' }, place));
    const { cleared, denied, left } = await clearKillLists(deps, roles);
    const facts = { cleared, denied: denied.join(' '), left: left.join(' ') };
    telemetry.line({ operation: 'clearKillLists', kind: event.RequestType, ...facts }, left.length > 0);
    if (left.length > 0)
      throw new Error(`IAM throttles: ${left.length} roles may still have a kill list; try again`);
    return { PhysicalResourceId: 'remit-kill-lists' };
  };
}

/** Tasks whose roles go: all of them with the stack, else those that were there before and are no more. */
function leaving({ RequestType, ResourceProperties, OldResourceProperties }: ClearEvent): string[] {
  if (RequestType === 'Create') return [];
  const { tasks } = properties.parse(ResourceProperties);
  if (RequestType === 'Delete') return tasks;
  const stay = new Set(tasks);
  return properties.parse(OldResourceProperties ?? {}).tasks.filter((id) => !stay.has(id));
}

export const handler = onFirstEvent(() =>
  answeringCloudFormation(buildClearKillLists(readEnv(clearKillListsEnv, process.env))),
);
