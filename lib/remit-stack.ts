// The deployment in the order of the flow: tables, the API's address, the functions with what each may do, the
// roles of tasks, what runs by itself, and what people watch.

import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Catalog } from '../src/core/model.ts';
import type { RemitConfig } from './config.ts';
import { BrokerApi } from './constructs/broker-api.ts';
import { bundle } from './constructs/bundle.ts';
import { addFunctions } from './constructs/functions.ts';
import { Observability } from './constructs/observability.ts';
import { RegistrySync } from './constructs/registry-sync.ts';
import type { CodeOf } from './constructs/remit-function.ts';
import { Tables } from './constructs/tables.ts';
import { TaskRoles } from './constructs/task-roles.ts';

interface RemitStackProps extends StackProps {
  readonly config: RemitConfig;
  readonly catalog: Catalog;
  /** @default each function's bundle */
  readonly codeOf?: CodeOf;
}

/** Everything of one deployment but the task roles of other accounts. */
export class RemitStack extends Stack {
  constructor(scope: Construct, id: string, props: RemitStackProps) {
    super(scope, id, { description: 'Remit: AWS credentials for one task, for seconds', ...props });
    const { config, catalog } = props;
    const logRetention = config.logRetentionDays;
    const defaults = { prefix: config.prefix, codeOf: props.codeOf ?? bundled(catalog), logRetention };

    const tables = new Tables(this, 'Tables', {
      retain: config.tables === 'retain',
      ...(config.tableKeyArn !== undefined && { keyArn: config.tableKeyArn }),
    });
    const api = new BrokerApi(this, 'Broker', { ...config, logRetention });
    const functions = addFunctions(this, { defaults, tables, brokerUrl: api.url, catalog });

    api.route(functions.token.function, ['/oauth2/token']);
    api.route(functions.grants.function, [
      '/oauth2/revoke',
      '/oauth2/introspect',
      '/grants/{grantId}/complete',
    ]);
    api.route(functions.metadata.function, [
      '/.well-known/oauth-authorization-server',
      '/.well-known/jwks.json',
    ]);

    new TaskRoles(this, 'Tasks', {
      tasks: catalog.tasks.filter((task) => task.account === 'self'),
      prefix: config.prefix,
      tokenRoleArn: functions.token.role.roleArn,
    });
    new Rule(this, 'SweepEveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(functions.sweeper.function, { retryAttempts: 0 })],
    });
    new RegistrySync(this, 'Sync', {
      handler: functions.registrySync.function,
      catalogDigest: catalog.digest,
    });
    new Observability(this, 'Observability', {
      prefix: config.prefix,
      ...(config.alarmEmail !== undefined && { alarmEmail: config.alarmEmail }),
      functions: Object.fromEntries(Object.entries(functions).map(([name, each]) => [name, each.function])),
    });
    this.#addOutputs(api.url, tables, functions.token.role.roleArn);
  }

  #addOutputs(brokerUrl: string, tables: Tables, tokenRoleArn: string): void {
    new CfnOutput(this, 'BrokerUrl', { value: brokerUrl, description: 'Agents: REMIT_BROKER' });
    new CfnOutput(this, 'GrantsTable', {
      value: tables.grants.tableName,
      description: 'remit grants --table',
    });
    new CfnOutput(this, 'TokenRoleArn', {
      value: tokenRoleArn,
      description: 'The one role that task roles trust',
    });
  }
}

/** Real code: only what evaluates policies or verifies assertions ships the catalog. */
function bundled(catalog: Catalog): CodeOf {
  const withCatalog = new Set(['token', 'grants', 'registry-sync']);
  return (entry) =>
    Code.fromAsset(bundle({ entry, cedar: entry === 'token', ...(withCatalog.has(entry) && { catalog }) }));
}
