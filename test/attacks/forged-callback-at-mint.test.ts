// Somebody who may call Step Functions wakes the workflow of a request, or starts it again, with any output they like.
// The workflow tells people and waits; no lease is made of anything it says.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { performStep, type WorkflowDeps, type WorkflowStep } from '../../src/core/approve/workflow.ts';
import { renewLease } from '../../src/core/exchange.ts';
import { type ApprovalsUnderTest, startApprovals } from '../support/approvals.ts';
import { refusalOf } from '../support/requests.ts';
import { decisionStoreOn } from '../support/stores.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let approvals: ApprovalsUnderTest;
beforeAll(async () => {
  tables = await startTables();
  approvals = await startApprovals(tables);
});
afterAll(() => tables.close());

function workflow(): WorkflowDeps {
  const { deps } = approvals.exchange;
  return {
    catalog: deps.catalog,
    place: deps.place,
    grants: deps.grants,
    decisions: decisionStoreOn(tables).decisions,
    workflow: { wake: async () => true },
    notifier: { notify: async () => [] },
    findings: deps.findings,
    clock: deps.clock,
    count: () => undefined,
    origin: 'https://remit.acme.dev',
  };
}

test('[REDEEM-5] a wake without a decision mints nothing, whatever steps are run', async () => {
  const request = await approvals.ask();
  const { requestDigest } = await approvals.row(request);
  const steps: WorkflowStep['step'][] = ['opened', 'await', 'close', 'remind', 'escalate', 'close'];
  for (const step of steps) {
    const forged = { step, grantId: request.grantId, requestDigest, taskToken: 'T', status: 'approved' };
    await performStep(workflow(), forged as WorkflowStep, 'request-1');
    approvals.exchange.pass(5);
    const { deps, context } = approvals.exchange;
    const refusal = await refusalOf(renewLease(deps, await approvals.poll(request), context));
    expect(refusal.code).toBe('grant_pending');
  }
  expect((await approvals.row(request)).status).toBe('pending');
  expect(approvals.exchange.minted.assumed).toEqual([]);
});
