// The name and ARN of a task's role: made by the stack, assumed by the token function, found by the same rule.

import type { RoleArn, Task } from '../model.ts';

/** Path of every role that Remit makes for a task. */
export const TASK_ROLE_PATH = '/remit/';
/** IAM: a role name has at most 64 characters. */
export const ROLE_NAME_LENGTH = 64;

/** `<prefix>-task-<task id>`. */
export function taskRoleName(prefix: string, taskId: string): string {
  return `${prefix}-task-${taskId}`;
}

/** The ARN of a task's role in the account it acts in. */
export function taskRoleArn(
  task: Pick<Task, 'id' | 'account'>,
  where: { readonly partition: string; readonly account: string; readonly prefix: string },
): RoleArn {
  const account = task.account === 'self' ? where.account : task.account;
  const name = taskRoleName(where.prefix, task.id);
  return `arn:${where.partition}:iam::${account}:role${TASK_ROLE_PATH}${name}` as RoleArn;
}
