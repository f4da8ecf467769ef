// The ports of the approvals function over AWS. It reads people and writes decisions with their evidence; no STS, no
// passkey of anybody.

import { randomBytes } from 'node:crypto';
import type { ApprovalsEnv } from '../../config/env.ts';
import { loadCatalog } from '../files/compiled-catalog.ts';
import type { ApprovalsDeps } from '../http/people/approvals.ts';
import { createBudgetReader } from './budget-table.ts';
import { createEvidenceStore } from './evidence-table.ts';
import { createFindingStore } from './findings-table.ts';
import { createDecisionStore } from './grant-decisions.ts';
import { createGrantStore } from './grants-table.ts';
import { createNotifier } from './notifier.ts';
import { peopleKeys } from './people-over.ts';
import { createPeopleReader } from './people-table.ts';
import { createRegistry } from './registry-table.ts';
import { createWaker } from './workflow.ts';
import { clockOf, documentClient, type World, workflowClient } from './world.ts';

/** What shows and decides requests. */
export function approvalsOver(env: ApprovalsEnv, world: World): ApprovalsDeps {
  const client = documentClient(world);
  const grantRows = { client, table: env.GRANTS_TABLE };
  const evidence = createEvidenceStore({ client, table: env.EVIDENCE_TABLE });
  return {
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    clock: clockOf(world),
    random: world.random ?? { bytes: (count) => randomBytes(count) },
    place: { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX },
    issuer: env.PEOPLE_ISSUER,
    trust: { issuer: env.PEOPLE_ISSUER, keys: peopleKeys(world) },
    site: { origin: env.CONSOLE_ORIGIN },
    grants: createGrantStore(grantRows),
    decisions: createDecisionStore(grantRows),
    registry: createRegistry({ client, table: env.REGISTRY_TABLE }),
    budgets: createBudgetReader({ client, table: env.BUDGETS_TABLE }),
    people: createPeopleReader({ client, table: env.PEOPLE_TABLE }),
    evidence,
    challenges: evidence,
    counter: evidence,
    findings: createFindingStore({ client, table: env.FINDINGS_TABLE }),
    notifier: world.notifier ?? createNotifier({ topicArn: env.NOTIFY_TOPIC_ARN, bus: env.EVENT_BUS }, world),
    workflow: world.workflow ?? createWaker(workflowClient(world)),
  };
}
