// How the writer of kill lists gets into an account other than its own: a role there that trusts the role of that one
// function, by its exact ARN, and can do with the task roles there what the function can do at home.

import { Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { killListsRoleName, TASK_ROLE_PATH } from '../../src/core/iam/role.ts';
import { allowReadingKillLists, allowWritingKillLists } from './kill-list-rights.ts';
import { functionRoleName } from './remit-function.ts';

interface KillListsRoleProps {
  readonly prefix: string;
  readonly homeAccount: string;
}

/** Adds the role. */
export function addKillListsRole(scope: Construct, { prefix, homeAccount }: KillListsRoleProps): Role {
  const writer = `arn:${Stack.of(scope).partition}:iam::${homeAccount}:role${TASK_ROLE_PATH}${functionRoleName(prefix, 'kill-list')}`;
  const role = new Role(scope, 'KillLists', {
    roleName: killListsRoleName(prefix),
    path: TASK_ROLE_PATH,
    description:
      'Role of the one writer of kill lists: puts a Deny on task roles of this account, and takes it away',
    assumedBy: new ArnPrincipal(writer).withConditions({
      // the principal of a trust policy becomes an id once the role is there; its name has to be right too
      ArnEquals: { 'aws:PrincipalArn': writer },
      StringEquals: { 'aws:PrincipalAccount': homeAccount },
    }),
  });
  allowReadingKillLists(role, prefix);
  allowWritingKillLists(role, prefix, ['iam:PutRolePolicy', 'iam:DeleteRolePolicy']);
  return role;
}
