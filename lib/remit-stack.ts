// The deployment in the order of the flow: tables, the API's address, the functions with what each may do, the
// roles of tasks, what runs by itself, and what people watch.

import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { GrantsEnv, MetadataEnv, RegistrySyncEnv, SweeperEnv, TokenEnv } from '../src/config/env.ts';
import { TASK_ROLE_PATH } from '../src/core/iam/role.ts';
import type { Catalog } from '../src/core/model.ts';
import type { RemitConfig } from './config.ts';
import { BrokerApi } from './constructs/broker-api.ts';
import { bundle, CATALOG_FILE } from './constructs/bundle.ts';
import { Observability } from './constructs/observability.ts';
import { RegistrySync } from './constructs/registry-sync.ts';
import { type CodeOf, type FunctionDefaults, RemitFunction } from './constructs/remit-function.ts';
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
    const functions = this.#addFunctions(defaults, { tables, brokerUrl: api.url, catalog });

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

  #addFunctions(
    defaults: FunctionDefaults,
    { tables, brokerUrl, catalog }: { tables: Tables; brokerUrl: string; catalog: Catalog },
  ) {
    const stores = {
      GRANTS_TABLE: tables.grants.tableName,
      REGISTRY_TABLE: tables.registry.tableName,
      REPLAY_TABLE: tables.replay.tableName,
    };
    const shared = { BROKER_URL: brokerUrl, CATALOG_FILE: `/var/task/${CATALOG_FILE}` };
    const token = new RemitFunction<TokenEnv>(this, 'Token', {
      entry: 'token',
      description: 'Verifies, authorizes and issues leases; the one function that may assume task roles',
      environment: {
        ...shared,
        ...stores,
        ROLE_PREFIX: defaults.prefix,
        ROLE_ACCOUNT: this.account,
        ROLE_PARTITION: this.partition,
      },
      memorySize: 1024,
      defaults,
    });
    tables.grantRecordUse(token);
    tables.grantIssue(token);
    token.role.addToPolicy(assumeTaskRoles(this, defaults.prefix, catalog));

    const grants = new RemitFunction<GrantsEnv>(this, 'Grants', {
      entry: 'grants',
      description: 'Completes, revokes and introspects grants',
      environment: { ...shared, ...stores },
      defaults,
    });
    tables.grantRecordUse(grants);
    tables.grantEnd(grants);

    const metadata = new RemitFunction<MetadataEnv>(this, 'Metadata', {
      entry: 'metadata',
      description: 'Serves the public metadata documents',
      environment: { BROKER_URL: brokerUrl },
      memorySize: 256,
      defaults,
    });
    const sweeper = new RemitFunction<SweeperEnv>(this, 'Sweeper', {
      entry: 'sweeper',
      description: 'Ends grants whose deadline has passed',
      environment: { GRANTS_TABLE: stores.GRANTS_TABLE },
      timeout: Duration.seconds(55),
      defaults,
    });
    tables.grantSweep(sweeper);

    const registrySync = new RemitFunction<RegistrySyncEnv>(this, 'RegistrySync', {
      entry: 'registry-sync',
      description: 'Brings the agents of the catalog into the registry',
      environment: { REGISTRY_TABLE: stores.REGISTRY_TABLE, CATALOG_FILE: shared.CATALOG_FILE },
      timeout: Duration.minutes(10),
      defaults,
    });
    tables.grantSync(registrySync);
    return { token, grants, metadata, sweeper, registrySync };
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

/** The task roles of every account, by path and prefix, and nothing else. */
function assumeTaskRoles(stack: Stack, prefix: string, catalog: Catalog): iam.PolicyStatement {
  const others = catalog.tasks.map((task) => task.account).filter((account) => account !== 'self');
  const accounts = [...new Set([stack.account, ...others])];
  return new iam.PolicyStatement({
    actions: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    resources: accounts.map(
      (account) => `arn:${stack.partition}:iam::${account}:role${TASK_ROLE_PATH}${prefix}-task-*`,
    ),
  });
}

/** Real code: only what evaluates policies or verifies assertions ships the catalog. */
function bundled(catalog: Catalog): CodeOf {
  const withCatalog = new Set(['token', 'grants', 'registry-sync']);
  return (entry) =>
    Code.fromAsset(bundle({ entry, cedar: entry === 'token', ...(withCatalog.has(entry) && { catalog }) }));
}
