// A task and parameter values become the two policies of one lease: the session policy of AssumeRole, which names
// the exact resources and denies everything else and everything later, and the scope-down policy on top of it.

import type { Parameters, PermissionTemplate, PolicyDocument, PolicyStatement, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { denyFrom, denyOutside, denyUnless, single } from './bounds.ts';
import { fill, hasPlaceholder, inPartition, mapConditions } from './placeholders.ts';

/** STS: an inline session policy has at most 2,048 characters. */
export const SESSION_POLICY_LENGTH = 2048;
/** The call by which the broker narrows the session; taken away again by the scope-down policy. */
export const SCOPE_DOWN_ACTION = 'sts:GetScopedCredentials';

/** Partition and account that a policy is rendered for. */
export interface Where {
  readonly partition: string;
  readonly account: string;
}

/** The Allow statements of a task with these values; what a request digest covers and approvers see. */
export function renderPermissions(
  task: Pick<Task, 'permissions'>,
  parameters: Parameters,
  where: Where,
): readonly PolicyStatement[] {
  return filled(task, parameters, where).map(allow);
}

/**
 * The session policy of one lease, compact.
 * @throws Refusal `misconfigured` past STS's 2,048 characters: the catalog check keeps tasks well below
 */
export function renderSessionPolicy(
  lease: Where & {
    readonly task: Pick<Task, 'permissions'>;
    readonly parameters: Parameters;
    readonly leaseExpiresAt: Date;
  },
): string {
  const permissions = filled(lease.task, lease.parameters, lease);
  const text = JSON.stringify(
    document([
      ...permissions.map(allow),
      { Effect: 'Allow', Action: SCOPE_DOWN_ACTION, Resource: '*' },
      denyFrom(lease.leaseExpiresAt),
      ...denyOutside(permissions),
      ...denyUnless(narrowedByValues(lease.task, permissions)),
    ]),
  );
  if (text.length <= SESSION_POLICY_LENGTH) return text;
  throw new Refusal('misconfigured', { detail: `session policy of ${text.length} characters` });
}

/** The scope-down policy: nothing new, no further narrowing, nothing past the end. */
export function renderScopeDownPolicy(leaseExpiresAt: Date): string {
  return JSON.stringify(
    document([{ Effect: 'Allow', NotAction: SCOPE_DOWN_ACTION, Resource: '*' }, denyFrom(leaseExpiresAt)]),
  );
}

/** One template as its Allow statement. */
export function allow({ actions, resources, conditions }: PermissionTemplate): PolicyStatement {
  return {
    Effect: 'Allow',
    Action: single(actions),
    Resource: single(resources),
    ...(conditions && { Condition: conditions }),
  };
}

/** A policy document of the one version that there is. */
export function document(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

function filled(
  task: Pick<Task, 'permissions'>,
  parameters: Parameters,
  { partition }: Where,
): PermissionTemplate[] {
  const value = (text: string) => fill(inPartition(text, partition), parameters);
  return task.permissions.map(({ actions, resources, conditions }) => ({
    actions,
    resources: resources.map(value),
    ...(conditions && { conditions: mapConditions(conditions, { operator: (name) => name, value }) }),
  }));
}

/** Templates whose conditions depend on a parameter: those are denied outright unless they hold. */
function narrowedByValues(
  task: Pick<Task, 'permissions'>,
  permissions: readonly PermissionTemplate[],
): PermissionTemplate[] {
  return permissions.filter((_, index) => {
    const conditions = task.permissions[index]?.conditions ?? {};
    return Object.values(conditions).some((keys) => Object.values(keys).flat().some(hasPlaceholder));
  });
}
