// One IAM role per task: its ceiling as inline policy and, as the same document, as permissions boundary; its trust
// for the token function alone. Sharded into nested stacks, since a stack holds 500 resources.

import { NestedStack, Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { deriveCeiling } from '../../src/core/iam/ceiling.ts';
import { TASK_ROLE_PATH, taskRoleName } from '../../src/core/iam/role.ts';
import { renderTrust } from '../../src/core/iam/trust.ts';
import type { PolicyDocument, Task } from '../../src/core/model.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** Tasks whose roles share one nested stack: two resources each. */
const TASKS_PER_STACK = 200;
/** IAM's default quota of roles in an account is 1,000, and Remit is not alone in it. */
const ROLE_LIMIT = 900;

interface TaskRolesProps {
  readonly tasks: readonly Task[];
  readonly prefix: string;
  /** ARN of the one role that may assume them. */
  readonly tokenRoleArn: string;
}

/** The roles of these tasks, in the account of the stack around them. */
export class TaskRoles extends Construct {
  constructor(scope: Construct, id: string, props: TaskRolesProps) {
    super(scope, id);
    const { tasks } = props;
    if (tasks.length > ROLE_LIMIT) {
      throw new Error(
        `the catalog has ${tasks.length} tasks in one account, and each has a role: IAM allows 1,000 roles by ` +
          `default, so Remit stops at ${ROLE_LIMIT}; let tasks act in several accounts`,
      );
    }
    for (let first = 0; first < tasks.length; first += TASKS_PER_STACK) {
      const shard = new NestedStack(this, `Shard${first / TASKS_PER_STACK}`);
      for (const task of tasks.slice(first, first + TASKS_PER_STACK)) addRole(shard, task, props);
    }
  }
}

function addRole(scope: Construct, task: Task, { prefix, tokenRoleArn }: TaskRolesProps): void {
  const { partition, account } = Stack.of(scope);
  const name = taskRoleName(prefix, task.id);
  const policyDocument = deriveCeiling(task, { partition, account });
  const wildcards = wildcardsOf(policyDocument);
  const ceiling = new CfnManagedPolicy(scope, `${task.id}-ceiling`, {
    path: TASK_ROLE_PATH,
    description: `What task ${task.id} can do at most; permissions boundary of its role`,
    policyDocument,
  });
  const role = new CfnRole(scope, task.id, {
    roleName: name,
    path: TASK_ROLE_PATH,
    description: `Task ${task.id} of Remit: ${task.title}`
      .replaceAll(/[^\u0020-\u007e]/g, '?')
      .slice(0, 1000),
    assumeRolePolicyDocument: renderTrust(task, tokenRoleArn),
    permissionsBoundary: ceiling.ref,
    policies: [{ policyName: 'ceiling', policyDocument }],
    tags: [{ key: 'remit:task', value: task.id }],
  });
  for (const each of [ceiling, role]) {
    acknowledgeWildcards(
      each,
      wildcards,
      'A ceiling widens each parameter to a wildcard; every lease narrows it again. GetScopedCredentials has no resource',
    );
  }
}

function wildcardsOf({ Statement }: PolicyDocument): string[] {
  return Statement.flatMap(({ Resource = [] }) => [Resource].flat()).filter((resource) =>
    resource.includes('*'),
  );
}
