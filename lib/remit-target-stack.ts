// Task roles in another account: deployed there, trusted to the token function of the home account; and the role by which
// the home account's writer of kill lists denies killed leases here.

import { type App, Stack, type StackProps } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Catalog, Task } from '../src/core/model.ts';
import type { RemitConfig } from './config.ts';
import { bundle } from './constructs/bundle.ts';
import { addKillListClearing } from './constructs/clear-kill-lists.ts';
import { addKillListsRole } from './constructs/kill-lists-role.ts';
import { type CodeOf, functionRoleName } from './constructs/remit-function.ts';
import { TaskRoles } from './constructs/task-roles.ts';

interface RemitTargetStackProps extends StackProps {
  readonly tasks: readonly Task[];
  readonly prefix: string;
  readonly homeAccount: string;
  readonly logRetention: number;
  /** @default the function's bundle */
  readonly codeOf?: CodeOf;
}

/** The roles of the tasks that act in one other account. Deploy the home stack first: IAM checks who is trusted. */
export class RemitTargetStack extends Stack {
  constructor(scope: Construct, id: string, props: RemitTargetStackProps) {
    super(scope, id, { description: 'Remit: roles of tasks that act in this account', ...props });
    const { tasks, prefix, homeAccount, logRetention, codeOf = bundled } = props;
    const role = functionRoleName(prefix, 'token');
    const roles = new TaskRoles(this, 'Tasks', {
      tasks,
      prefix,
      tokenRoleArn: `arn:${this.partition}:iam::${homeAccount}:role/remit/${role}`,
    });
    const writing = [addKillListsRole(this, { prefix, homeAccount })];
    addKillListClearing(this, { defaults: { prefix, codeOf, logRetention }, tasks, roles, writing });
  }
}

function bundled(entry: string): Code {
  return Code.fromAsset(bundle({ entry }));
}

/** One stack for each account that tasks name. @throws Error when it is not known which account is home. */
export function addTargetStacks(
  app: App,
  { config, catalog, codeOf }: { config: RemitConfig; catalog: Catalog; codeOf?: CodeOf },
): void {
  const { homeAccount, prefix, logRetentionDays: logRetention } = config;
  const accounts = new Set(catalog.tasks.map((task) => task.account).filter((account) => account !== 'self'));
  for (const account of accounts) {
    if (homeAccount === undefined) {
      throw new Error(
        `tasks act in account ${account}: set remit.homeAccount in cdk.json to the account that Remit is deployed in`,
      );
    }
    if (account === homeAccount)
      throw new Error(
        `tasks act in account ${account}, which is remit.homeAccount: write account: self for it`,
      );
    new RemitTargetStack(app, `RemitTarget-${account}`, {
      env: { account, region: process.env['CDK_DEFAULT_REGION'] ?? 'us-east-1' },
      tasks: catalog.tasks.filter((task) => task.account === account),
      prefix,
      homeAccount,
      logRetention,
      ...(codeOf && { codeOf }),
    });
  }
}
