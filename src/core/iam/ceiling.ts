// The ceiling of a task's role: all that any values of the parameters could ever give, and explicit Denies around
// it. It is the role's inline policy and, as the same document, its permissions boundary.

import type { PolicyDocument, Task } from '../model.ts';
import { denyOtherActions, denyOtherConditions, denyOtherResources } from './fences.ts';
import { allow, policyOf, SCOPE_DOWN_ACTION, widenPermission } from './statements.ts';
import { type Where, widenFor } from './template.ts';

/** IAM: longest managed policy, which a permissions boundary is; white space does not count. */
export const LONGEST_BOUNDARY = 6144;

/** Policy of the task's role. `where` may hold tokens of the CDK. @throws Refusal `misconfigured` */
export function deriveCeiling(task: Task, where: Where): PolicyDocument {
  const widen = widenFor(task, where);
  const permissions = task.permissions.map((template) => widenPermission(template, widen));
  return policyOf([
    ...permissions.map(allow),
    { Effect: 'Allow', Action: SCOPE_DOWN_ACTION, Resource: '*' },
    denyOtherActions(permissions),
    ...denyOtherResources(permissions),
    ...permissions.flatMap(({ actions, conditions }) => denyOtherConditions(actions, conditions)),
  ]);
}
