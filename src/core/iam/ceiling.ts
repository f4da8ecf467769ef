// The ceiling of a task's role: what any lease of the task could ever do, with every placeholder widened, and
// Denies around it. The same document is the role's permissions boundary, so that whoever may write the role's
// inline policies can never widen it.

import type { ConditionBlock, PermissionTemplate, PolicyDocument, Task } from '../model.ts';
import { denyOutside } from './bounds.ts';
import { hasPlaceholder, inPartition, mapConditions, widen } from './placeholders.ts';
import { allow, document, SCOPE_DOWN_ACTION, type Where } from './render.ts';

/** Characters of a managed policy without white space (IAM quotas). */
export const MANAGED_POLICY_LENGTH = 6144;

/** The widest that a role of this task may be. */
export function deriveCeiling(task: Pick<Task, 'permissions'>, where: Where): PolicyDocument {
  const permissions = task.permissions.map((permission) => widened(permission, where.partition));
  const actions = [...new Set(permissions.flatMap((permission) => permission.actions))];
  return document([
    ...permissions.map(allow),
    { Effect: 'Allow', Action: SCOPE_DOWN_ACTION, Resource: '*' },
    { Effect: 'Deny', NotAction: [...actions, SCOPE_DOWN_ACTION], Resource: '*' },
    ...denyOutside(permissions),
  ]);
}

function widened(
  { actions, resources, conditions }: PermissionTemplate,
  partition: string,
): PermissionTemplate {
  const value = (text: string) => widen(inPartition(text, partition));
  return {
    actions,
    resources: resources.map(value),
    ...(conditions && { conditions: widenConditions(conditions, value) }),
  };
}

/** Equality with a widened value becomes likeness: `StringEquals "*"` would match an asterisk only. */
function widenConditions(conditions: ConditionBlock, value: (text: string) => string): ConditionBlock {
  return mapConditions(conditions, {
    operator: (name, values) => (values.some(hasPlaceholder) ? name.replace(/Equals$/, 'Like') : name),
    value,
  });
}
