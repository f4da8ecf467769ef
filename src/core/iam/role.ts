// Where the IAM role of a task is: one role per task, under the path /remit/, in the task's own account.

import type { RoleArn, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';

/** IAM: a role name is 1 to 64 of these. */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/** The IAM path of every task role. */
export const TASK_ROLE_PATH = '/remit/';

/** Account that a task acts in, where `self` is the account Remit is deployed in. */
export function accountOfTask(task: Pick<Task, 'account'>, where: { readonly account: string }): string {
  return task.account === 'self' ? where.account : task.account;
}

/** `<prefix>-task-<task id>`. @throws Refusal `misconfigured` when IAM would not take the name. */
export function taskRoleName(prefix: string, taskId: string): string {
  const name = `${prefix}-task-${taskId}`;
  if (ROLE_NAME.test(name)) return name;
  throw new Refusal('misconfigured', {
    detail: `the role name ${name} is not 1 to 64 letters, digits or _+=,.@-: shorten the task id or the prefix`,
  });
}

/** Account that a role is in. */
export function accountOfRole(role: RoleArn): string {
  return role.split(':')[4] ?? '';
}

/** Name of the role by which the writer of kill lists gets into an account other than the broker's own. */
export function killListsRoleName(prefix: string): string {
  return `${prefix}-kill-lists`;
}

/** `arn:<partition>:iam::<account>:role/remit/<prefix>-task-<task id>`. */
export function taskRoleArn(
  task: Pick<Task, 'id' | 'account'>,
  where: { readonly partition: string; readonly account: string; readonly prefix: string },
): RoleArn {
  const account = accountOfTask(task, where);
  return `arn:${where.partition}:iam::${account}:role${TASK_ROLE_PATH}${taskRoleName(where.prefix, task.id)}` as RoleArn;
}
