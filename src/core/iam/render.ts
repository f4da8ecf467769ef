// What one request may do, as IAM policies: its permissions, the session policy of a lease, and the scope-down
// policy over it. Explicit Denies end the lease on time and bound what the parameters narrow.

import type { ConditionBlock, Parameters, PermissionTemplate, PolicyStatement, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { denyOtherConditions, denyOtherResources } from './fences.ts';
import {
  allow,
  hasParameter,
  policyOf,
  SCOPE_DOWN_ACTION,
  type WrittenPermission,
  writePermission,
} from './statements.ts';
import { fillWith, type Where } from './template.ts';

/** AWS STS: longest inline session policy, and longest scope-down policy. */
export const LONGEST_SESSION_POLICY = 2048;

/** What a session policy is rendered from. */
export interface SessionFacts extends Where {
  readonly task: Task;
  readonly parameters: Parameters;
  /** End of the lease; cut to the second, so that the lease never ends later. */
  readonly leaseExpiresAt: Date;
}

/** The task's Allow statements with the values filled in. @throws Refusal `parameter_invalid`, `misconfigured` */
export function renderPermissions(
  task: Task,
  parameters: Parameters,
  where: Where,
): readonly PolicyStatement[] {
  const fill = fillWith(task, parameters, where);
  return task.permissions.map((template) => allow(writePermission(template, fill)));
}

/**
 * The inline session policy of one lease, at most 2,048 characters.
 * @throws Refusal `parameter_invalid`, `misconfigured` (also when it would be longer)
 */
export function renderSessionPolicy(facts: SessionFacts): string {
  const text = sessionPolicyText(facts);
  if (text.length <= LONGEST_SESSION_POLICY) return text;
  throw new Refusal('misconfigured', {
    detail: `the session policy of task ${facts.task.id} has ${text.length} characters; STS takes ${LONGEST_SESSION_POLICY}`,
  });
}

/** The session policy without the limit on its size, for measuring. */
export function sessionPolicyText({ task, parameters, leaseExpiresAt, ...where }: SessionFacts): string {
  const fill = fillWith(task, parameters, where);
  const written = task.permissions.map((template) => writePermission(template, fill));
  return JSON.stringify(
    policyOf([
      ...written.map(allow),
      { Effect: 'Allow', Action: SCOPE_DOWN_ACTION, Resource: '*' },
      ...narrowingDenies(task.permissions, written),
      denyFrom(leaseExpiresAt),
    ]),
  );
}

/** Takes GetScopedCredentials away from the agent's credentials, and ends them once more. */
export function renderScopeDownPolicy(leaseExpiresAt: Date): string {
  return JSON.stringify(
    policyOf([
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: SCOPE_DOWN_ACTION, Resource: '*' },
      denyFrom(leaseExpiresAt),
    ]),
  );
}

// the role's ceiling denies everything outside the templates; here only what the values narrow further
function narrowingDenies(
  templates: readonly PermissionTemplate[],
  written: readonly WrittenPermission[],
): readonly PolicyStatement[] {
  const narrowed = new Set(
    templates
      .filter(({ resources }) => hasParameter(resources))
      .flatMap(({ actions }) => actions.map((action) => action.toLowerCase())),
  );
  const inResources = written.map((permission) => ({
    ...permission,
    actions: permission.actions.filter((action) => narrowed.has(action.toLowerCase())),
  }));
  return [
    ...denyOtherResources(inResources),
    ...templates.flatMap(({ actions, conditions = {} }, index) =>
      denyOtherConditions(actions, narrowedOf(conditions, written[index]?.conditions ?? {})),
    ),
  ];
}

/** The written conditions whose template has a placeholder. */
function narrowedOf(template: ConditionBlock, written: ConditionBlock): ConditionBlock {
  const narrowed: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, entries] of Object.entries(written))
    for (const [key, values] of Object.entries(entries))
      if (hasParameter(template[operator]?.[key] ?? []))
        narrowed[operator] = { ...narrowed[operator], [key]: values };
  return narrowed;
}

// Equals: at the very second of the end nothing is allowed any more
function denyFrom(end: Date): PolicyStatement {
  const second = `${end.toISOString().slice(0, 19)}Z`;
  return {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': second } },
  };
}
