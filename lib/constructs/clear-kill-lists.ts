// Takes kill lists off task roles before CloudFormation deletes them: IAM deletes no role with a policy that the stack does
// not know, and after the stack nobody prunes. What depends on what makes the order: those who write lists are gone first,
// then the lists, then the roles, then the rights to clear them.

import { CustomResource, Duration, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { ClearKillListsEnv } from '../../src/config/env.ts';
import { CLEAR_SECONDS, WRITER_SECONDS } from '../../src/core/kill/clear-kill-lists.ts';
import type { Task } from '../../src/core/model.ts';
import { placeOf } from './functions.ts';
import { allowWritingKillLists } from './kill-list-rights.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import type { TaskRoles } from './task-roles.ts';

interface ClearingProps {
  readonly defaults: FunctionDefaults;
  /** Those that have a role in this account. */
  readonly tasks: readonly Task[];
  readonly roles: TaskRoles;
  /** What lets lists be written here; deleted before they are cleared. */
  readonly writing: readonly IConstruct[];
  /** What must be up to date before lists are cleared in an update. @default nothing */
  readonly updatedBefore?: readonly IConstruct[];
}

/** A round that has begun, and the answer to CloudFormation. */
const MARGIN_SECONDS = 30;

/** Adds the function and the custom resource. */
export function addKillListClearing(
  stack: Stack,
  { defaults, tasks, roles, writing, updatedBefore = [] }: ClearingProps,
): RemitFunction<ClearKillListsEnv> {
  const timeout = Duration.seconds(WRITER_SECONDS + CLEAR_SECONDS + MARGIN_SECONDS);
  const clear = new RemitFunction<ClearKillListsEnv>(stack, 'ClearKillLists', {
    entry: 'clear-kill-lists',
    description: 'Takes kill lists off task roles that are about to be deleted',
    environment: placeOf(stack, { defaults }),
    timeout,
    defaults,
  });
  allowWritingKillLists(clear.role, defaults.prefix, ['iam:DeleteRolePolicy']);
  const resource = new CustomResource(stack, 'KillListsOfRoles', {
    serviceToken: clear.function.functionArn,
    resourceType: 'Custom::RemitKillLists',
    // a function that dies without an answer holds a deployment up no longer than this
    serviceTimeout: timeout.plus(timeout),
    properties: { tasks: tasks.map(({ id }) => id) },
  });
  // its rights outlive it, and so do the roles: deleting a role ends its sessions, so the Deny may go a moment before
  resource.node.addDependency(clear.role, roles, ...updatedBefore);
  for (const each of writing) each.node.addDependency(resource);
  return clear;
}
