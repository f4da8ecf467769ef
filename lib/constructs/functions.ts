// The functions of a deployment, one per duty, each with what it may do and nothing more.

import { Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type {
  GrantsEnv,
  MetadataEnv,
  registrySyncEnv,
  SweeperEnv,
  tokenEnv,
  Variables,
} from '../../src/config/env.ts';
import { TASK_ROLE_PATH } from '../../src/core/iam/role.ts';
import type { Catalog } from '../../src/core/model.ts';
import type { ApprovalTables } from './approval-tables.ts';
import type { WorkflowRights } from './approval-workflow.ts';
import type { AuditStore } from './audit-store.ts';
import { CATALOG_FILE } from './bundle.ts';
import type { Notices } from './notices.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import type { Tables } from './tables.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** What the functions are made of. */
export interface FunctionsProps {
  readonly defaults: FunctionDefaults;
  readonly tables: Tables;
  readonly approvalTables: ApprovalTables;
  readonly trail: AuditStore;
  readonly brokerUrl: string;
  readonly catalog: Catalog;
  /** JSON of a `PeopleIssuer`. */
  readonly peopleIssuer: string;
  readonly consoleOrigin: string;
  readonly notices: Notices;
  readonly workflow: WorkflowRights;
}

/** Where Lambda unpacks a function's code. */
export const CATALOG_PATH = `/var/task/${CATALOG_FILE}`;

/** Adds them all to a stack. */
export function addFunctions(stack: Stack, props: FunctionsProps) {
  return {
    token: addToken(stack, props),
    grants: addGrants(stack, props),
    metadata: addMetadata(stack, props),
    sweeper: addSweeper(stack, props),
    registrySync: addRegistrySync(stack, props),
  };
}

function addToken(stack: Stack, props: FunctionsProps) {
  const { defaults, tables, approvalTables, workflow, catalog } = props;
  const token = new RemitFunction<Variables<typeof tokenEnv>>(stack, 'Token', {
    entry: 'token',
    description: 'Verifies, authorizes and issues leases; the one function that may assume task roles',
    environment: {
      BROKER_URL: props.brokerUrl,
      CATALOG_FILE: CATALOG_PATH,
      ...storesOf(tables),
      ...peopleOf(props),
      ...placeOf(stack, props),
      BUDGETS_TABLE: tables.budgets.tableName,
      EVIDENCE_TABLE: approvalTables.evidence.tableName,
      FINDINGS_TABLE: approvalTables.findings.tableName,
      WORKFLOW_ARN: workflow.arn,
    },
    memorySize: 1024,
    defaults,
  });
  tables.grantRecordUse(token);
  tables.grantIssue(token);
  tables.grantSpend(token);
  tables.grantOutbox(token);
  approvalTables.grantVerify(token);
  approvalTables.grantReport(token);
  workflow.grantStart(token);
  const roles = taskRolesOf(stack, defaults.prefix, catalog);
  token.role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      resources: roles,
    }),
  );
  acknowledgeWildcards(
    token,
    roles,
    'The roles of all tasks, by path and prefix; each trusts this function only with grant id and tag',
  );
  return token;
}

function addGrants(stack: Stack, { defaults, tables, brokerUrl }: FunctionsProps) {
  const grants = new RemitFunction<GrantsEnv>(stack, 'Grants', {
    entry: 'grants',
    description: 'Completes, revokes and introspects grants',
    environment: {
      BROKER_URL: brokerUrl,
      CATALOG_FILE: CATALOG_PATH,
      ...storesOf(tables),
      OUTBOX_TABLE: tables.outbox.tableName,
    },
    defaults,
  });
  tables.grantRecordUse(grants);
  tables.grantMove(grants);
  tables.grantOutbox(grants);
  return grants;
}

function addMetadata(stack: Stack, { defaults, brokerUrl }: FunctionsProps) {
  return new RemitFunction<MetadataEnv>(stack, 'Metadata', {
    entry: 'metadata',
    description: 'Serves the public metadata documents',
    environment: { BROKER_URL: brokerUrl },
    memorySize: 256,
    defaults,
  });
}

function addSweeper(stack: Stack, { defaults, tables, workflow }: FunctionsProps) {
  const sweeper = new RemitFunction<SweeperEnv>(stack, 'Sweeper', {
    entry: 'sweeper',
    description: 'Ends grants whose deadline has passed; starts and wakes workflows that others could not',
    environment: { GRANTS_TABLE: tables.grants.tableName, WORKFLOW_ARN: workflow.arn },
    timeout: Duration.seconds(55),
    defaults,
  });
  tables.grantSweep(sweeper);
  workflow.grantStart(sweeper);
  workflow.grantWake(sweeper);
  return sweeper;
}

function addRegistrySync(stack: Stack, { defaults, tables, peopleIssuer }: FunctionsProps) {
  const sync = new RemitFunction<Variables<typeof registrySyncEnv>>(stack, 'RegistrySync', {
    entry: 'registry-sync',
    description: 'Brings the agents of the catalog into the registry',
    environment: {
      REGISTRY_TABLE: tables.registry.tableName,
      CATALOG_FILE: CATALOG_PATH,
      PEOPLE_ISSUER: peopleIssuer,
    },
    timeout: Duration.minutes(10),
    defaults,
  });
  tables.grantSync(sync);
  return sync;
}

function storesOf(tables: Tables) {
  return {
    GRANTS_TABLE: tables.grants.tableName,
    REGISTRY_TABLE: tables.registry.tableName,
    REPLAY_TABLE: tables.replay.tableName,
  };
}

/** What verifies people, and where those are told whom it refuses. */
export function peopleOf({ peopleIssuer, consoleOrigin, approvalTables, tables }: FunctionsProps) {
  return {
    PEOPLE_ISSUER: peopleIssuer,
    CONSOLE_ORIGIN: consoleOrigin,
    PEOPLE_TABLE: approvalTables.people.tableName,
    OUTBOX_TABLE: tables.outbox.tableName,
  };
}

/** Where task roles live. */
export function placeOf(stack: Stack, { defaults }: Pick<FunctionsProps, 'defaults'>) {
  return { ROLE_PREFIX: defaults.prefix, ROLE_ACCOUNT: stack.account, ROLE_PARTITION: stack.partition };
}

/** The task roles of every account, by path and prefix, and nothing else. */
function taskRolesOf(stack: Stack, prefix: string, catalog: Catalog): string[] {
  return [stack.account, ...otherAccounts(catalog, stack.account)].map(
    (account) => `arn:${stack.partition}:iam::${account}:role${TASK_ROLE_PATH}${prefix}-task-*`,
  );
}

/** Accounts that tasks act in, beside the home account. */
export function otherAccounts({ tasks }: Pick<Catalog, 'tasks'>, home: string): readonly string[] {
  const named = tasks.map(({ account }) => account).filter((each) => each !== 'self' && each !== home);
  return [...new Set(named)];
}
