// What writing kill lists takes of IAM: said once, so that the function in the home account, its role in every other one
// and the function that clears the lists away can do the same and no more.

import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { TASK_ROLE_PATH } from '../../src/core/iam/role.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** Actions of the writer beside reading. */
type Write = 'iam:PutRolePolicy' | 'iam:DeleteRolePolicy';

/** Lets a role read the inline policies of the task roles in its account. */
export function allowReadingKillLists(role: Role, prefix: string): void {
  role.addToPolicy(
    new PolicyStatement({ actions: ['iam:GetRolePolicy'], resources: [taskRolesOf(role, prefix)] }),
  );
}

/** Lets a role change inline policies of the task roles in its account, each within its permissions boundary. */
export function allowWritingKillLists(role: Role, prefix: string, actions: readonly Write[]): void {
  const { partition, account } = Stack.of(role);
  const roles = taskRolesOf(role, prefix);
  role.addToPolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: [roles],
      // whatever is written stays within the ceiling of the task
      conditions: {
        StringLike: {
          'iam:PermissionsBoundary': `arn:${partition}:iam::${account}:policy${TASK_ROLE_PATH}*`,
        },
      },
    }),
  );
  acknowledgeWildcards(role, [roles], 'The roles of all tasks, each within its permissions boundary');
}

function taskRolesOf(role: Role, prefix: string): string {
  const { partition, account } = Stack.of(role);
  return `arn:${partition}:iam::${account}:role${TASK_ROLE_PATH}${prefix}-task-*`;
}
