// The deployment in the order of the flow: tables, the API's address, the functions with what each may do, the
// roles of tasks, what runs by itself, and what people watch.

import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CatalogSource } from '../src/adapters/files/review-diff.ts';
import type { Catalog } from '../src/core/model.ts';
import type { RemitConfig } from './config.ts';
import { ApprovalTables } from './constructs/approval-tables.ts';
import { ApprovalWorkflow, WorkflowRights } from './constructs/approval-workflow.ts';
import { addAudit, watchAudit } from './constructs/audit.ts';
import { BrokerApi } from './constructs/broker-api.ts';
import { bundle } from './constructs/bundle.ts';
import { addKillListClearing } from './constructs/clear-kill-lists.ts';
import { addConsoleFiles } from './constructs/console-files.ts';
import { addFunctions, type FunctionsProps } from './constructs/functions.ts';
import { addLifecycle, addPeopleAdmin, watchKillLists } from './constructs/lifecycle.ts';
import { Notices } from './constructs/notices.ts';
import { Observability } from './constructs/observability.ts';
import { addPeopleSide } from './constructs/people-and-console.ts';
import { addPeopleFunctions } from './constructs/people-functions.ts';
import { RegistrySync } from './constructs/registry-sync.ts';
import type { CodeOf, FunctionDefaults, RemitFunction } from './constructs/remit-function.ts';
import { ROUTES } from './constructs/routes.ts';
import { Tables } from './constructs/tables.ts';
import { TaskRoles } from './constructs/task-roles.ts';

interface RemitStackProps extends StackProps {
  readonly config: RemitConfig;
  readonly catalog: Catalog;
  /** Files of the catalog, from which reviews make patches. @default none */
  readonly catalogSource?: CatalogSource;
  /** @default each function's bundle */
  readonly codeOf?: CodeOf;
}

/** Everything of one deployment but the task roles of other accounts. */
export class RemitStack extends Stack {
  constructor(scope: Construct, id: string, props: RemitStackProps) {
    super(scope, id, { description: 'Remit: AWS credentials for one task, for seconds', ...props });
    const { config, catalog } = props;
    const logRetention = config.logRetentionDays;
    const codeOf = props.codeOf ?? bundled(props);
    const defaults = { prefix: config.prefix, codeOf, logRetention };
    const kept = keptAs(config);
    const tables = new Tables(this, 'Tables', kept);
    const api = new BrokerApi(this, 'Broker', { ...config, logRetention });
    const people = addPeopleSide(this, { config, catalog, brokerUrl: api.url });
    const consoleFiles = addConsoleFiles(this, { defaults, ...kept, bucket: people.console.bucket });
    const approvalTables = new ApprovalTables(this, 'Approving', kept);
    const lifecycle = addLifecycle(this, { defaults, tables, catalog, peopleIssuer: people.peopleIssuer });
    const audit = addAudit(this, { defaults, config, kept, tables, approvalTables });
    const functions = addAllFunctions(this, lifecycle, {
      defaults,
      tables,
      approvalTables,
      trail: audit.store,
      brokerUrl: api.url,
      catalog,
      ...people,
      notices: new Notices(this, 'Notices', config),
      workflow: new WorkflowRights(this, config.prefix),
    });
    for (const [entry, paths] of Object.entries(ROUTES)) {
      api.route(functions[entry as keyof typeof ROUTES].function, paths);
    }
    const { machine } = new ApprovalWorkflow(this, 'ApprovalWorkflow', {
      prefix: config.prefix,
      handler: functions.workflow.function,
      logRetention,
    });
    const clearKillLists = this.#addTaskRoles(props, { defaults, lifecycle, token: functions.token });
    const all = { ...functions, consoleFiles, clearKillLists, ...lifecycle.functions, ...audit.functions };
    const topic = this.#addWhatRuns(all, lifecycle, { ...props, ...people, machine });
    watchAudit(this, audit, topic);
    this.#addOutputs(api, {
      people,
      lifecycle,
      tables,
      approvalTables,
      token: functions.token,
      hasDomain: config.consoleDomain !== undefined,
    });
  }

  /** The roles of tasks, and what takes kill lists off them before they go. */
  #addTaskRoles({ catalog, config: { prefix } }: RemitStackProps, { defaults, lifecycle, token }: HasRoles) {
    const tasks = catalog.tasks.filter((task) => task.account === 'self');
    const roles = new TaskRoles(this, 'Tasks', { tasks, prefix, tokenRoleArn: token.role.roleArn });
    const { writing, functions } = lifecycle;
    // a writer that still knew the tasks that have left would put their lists back
    const writer = functions.killList.function.node.findChild('Resource');
    return addKillListClearing(this, { defaults, tasks, roles, writing, updatedBefore: [writer] });
  }

  /** What runs by itself, and what people watch. */
  #addWhatRuns(
    functions: AllFunctions & Readonly<Record<string, RemitFunction<Record<string, string>>>>,
    lifecycle: ReturnType<typeof addLifecycle>,
    { config, catalog, machine, peopleIssuer }: RemitStackProps & Running,
  ): ITopic {
    new Rule(this, 'SweepEveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(functions.sweeper.function, { retryAttempts: 0 })],
    });
    new RegistrySync(this, 'Sync', {
      handler: functions.registrySync.function,
      catalogDigest: catalog.digest,
      peopleIssuer,
    });
    const observed = new Observability(this, 'Observability', {
      prefix: config.prefix,
      ...(config.alarmEmail !== undefined && { alarmEmail: config.alarmEmail }),
      functions: Object.fromEntries(Object.entries(functions).map(([name, each]) => [name, each.function])),
      machine,
    });
    watchKillLists(this, lifecycle, observed.topic);
    return observed.topic;
  }

  #addOutputs(api: BrokerApi, { people, lifecycle, tables, approvalTables, token, hasDomain }: Told): void {
    const outputs: Record<string, readonly [value: string, description: string]> = {
      BrokerUrl: [api.url, 'Agents: REMIT_BROKER'],
      ConsoleUrl: [`${people.consoleOrigin}/console/`, 'People: approvals, grants, passkeys'],
      ...(hasDomain && {
        ConsoleDnsTarget: [people.console.dnsTarget, 'CNAME or alias record of consoleDomain'] as const,
      }),
      AdminUrl: [lifecycle.adminUrl, 'Operators: orders, signed with AWS credentials'],
      GrantsTable: [tables.grants.tableName, 'remit grants --table'],
      RegistryTable: [tables.registry.tableName, 'remit ask --registry-table'],
      FindingsTable: [approvalTables.findings.tableName, 'remit findings --findings-table'],
      TokenRoleArn: [token.role.roleArn, 'The one role that task roles trust'],
    };
    for (const [id, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, id, { value, description });
    }
  }
}

/** What runs by itself runs over these. */
interface Running {
  readonly machine: StateMachine;
  /** JSON of a `PeopleIssuer`. */
  readonly peopleIssuer: string;
}

interface HasRoles {
  readonly defaults: FunctionDefaults;
  readonly lifecycle: ReturnType<typeof addLifecycle>;
  readonly token: AllFunctions['token'];
}

/** What people and agents need to know of a deployment. */
interface Told {
  readonly people: ReturnType<typeof addPeopleSide>;
  readonly lifecycle: ReturnType<typeof addLifecycle>;
  readonly tables: Tables;
  readonly approvalTables: ApprovalTables;
  readonly token: AllFunctions['token'];
  /** Whether the console has a name of its own. */
  readonly hasDomain: boolean;
}

type AllFunctions = ReturnType<typeof addAllFunctions>;

function addAllFunctions(stack: Stack, lifecycle: ReturnType<typeof addLifecycle>, props: FunctionsProps) {
  return {
    ...addFunctions(stack, props),
    ...addPeopleFunctions(stack, props),
    peopleAdmin: addPeopleAdmin(stack, props, lifecycle),
  };
}

/** How tables are kept. */
function keptAs({ tables, tableKeyArn }: RemitConfig) {
  return { retain: tables === 'retain', ...(tableKeyArn !== undefined && { keyArn: tableKeyArn }) };
}

/** Real code: only what evaluates policies, verifies assertions or shows tasks ships the catalog. */
function bundled({ catalog, catalogSource: source }: RemitStackProps): CodeOf {
  const withCatalog = new Set([
    'token',
    'grants',
    'registry-sync',
    'approvals',
    'views',
    'questions',
    'workflow',
    'admin',
    'people-admin',
    'settle',
    'kill-list',
    'offboarding',
  ]);
  const withPolicies = new Set(['token', 'questions', 'people-admin']);
  return (entry) => {
    const ships = {
      cedar: withPolicies.has(entry),
      console: entry === 'console-files',
      ...(entry === 'people-admin' && { source }),
    };
    return Code.fromAsset(bundle({ entry, ...ships, ...(withCatalog.has(entry) && { catalog }) }));
  };
}
