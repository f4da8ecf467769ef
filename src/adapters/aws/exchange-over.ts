// The exchange's ports over AWS: tables, STS, issuer keys over https, the compiled catalog.

import { randomBytes } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { GrantsEnv, TokenEnv } from '../../config/env.ts';
import { createAuthorizer } from '../../core/authorize/authorizer.ts';
import type { ExchangeDeps, VerifyDeps } from '../../core/deps.ts';
import type { Random } from '../../core/ports.ts';
import { loadCatalog } from '../files/compiled-catalog.ts';
import { createKeySource } from '../http/key-source.ts';
import { createBudgetStore } from './budget-table.ts';
import { createEvidenceReader } from './evidence-table.ts';
import { createFindingStore } from './findings-table.ts';
import { createDecisionStore } from './grant-decisions.ts';
import { createGrantStore } from './grants-table.ts';
import { createLeaseIssuer } from './lease-issuer.ts';
import { peopleKeys } from './people-over.ts';
import { createRegistry } from './registry-table.ts';
import { createReplayLedger } from './replay-table.ts';
import { createWorkflow } from './workflow.ts';
import { clockOf, documentClient, pauseOf, stsClients, type World, workflowClient } from './world.ts';

/** What the token function needs. */
export function exchangeOver(env: TokenEnv, world: World): ExchangeDeps {
  const client = documentClient(world);
  const verify = verifyOver(env, world, { client, registryTable: env.REGISTRY_TABLE });
  return {
    ...verify,
    registry: createRegistry({ client, table: env.REGISTRY_TABLE }),
    authorizer: createAuthorizer(verify.catalog),
    sts: createLeaseIssuer(stsClients(world)),
    place: { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX },
    budgets: createBudgetStore({ client, table: env.BUDGETS_TABLE, grantsTable: env.GRANTS_TABLE }),
    pause: pauseOf(world),
    ...decidedOver(env, world, client),
  };
}

/** What lets people be asked, and verifies what they decided. */
function decidedOver(
  env: TokenEnv,
  world: World,
  client: DynamoDBDocumentClient,
): Pick<ExchangeDeps, 'decisions' | 'workflow' | 'approvals' | 'findings'> {
  return {
    decisions: createDecisionStore({ client, table: env.GRANTS_TABLE }),
    workflow:
      world.workflow ?? createWorkflow({ client: workflowClient(world), stateMachineArn: env.WORKFLOW_ARN }),
    approvals: {
      evidence: createEvidenceReader({ client, table: env.EVIDENCE_TABLE, peopleTable: env.PEOPLE_TABLE }),
      people: { issuer: env.PEOPLE_ISSUER, keys: peopleKeys(world) },
      site: { origin: env.CONSOLE_ORIGIN },
    },
    findings: createFindingStore({ client, table: env.FINDINGS_TABLE }),
  };
}

/** What every endpoint needs that verifies an assertion and looks at a grant. */
export function verifyOver(
  env: Pick<GrantsEnv, 'CATALOG_FILE' | 'GRANTS_TABLE' | 'REPLAY_TABLE'>,
  world: World,
  over: { readonly client?: DynamoDBDocumentClient; readonly registryTable?: string } = {},
): VerifyDeps & { readonly random: Random } {
  const { client = documentClient(world), registryTable } = over;
  const clock = clockOf(world);
  return {
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    clock,
    random: world.random ?? { bytes: (count) => randomBytes(count) },
    keys: createKeySource({
      clock,
      fetch: world.fetch ?? fetch,
      allowLoopback: world.allowLoopback ?? false,
    }),
    replay: createReplayLedger({ client, table: env.REPLAY_TABLE }),
    grants: createGrantStore({
      client,
      table: env.GRANTS_TABLE,
      ...(registryTable !== undefined && { registryTable }),
    }),
  };
}
