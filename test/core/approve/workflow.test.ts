// The steps of the approval workflow on rows in each state, once and again.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFindingStore } from '../../../src/adapters/aws/findings-table.ts';
import { createDecisionStore } from '../../../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../../../src/adapters/aws/grants-table.ts';
import { workflowMeasures } from '../../../src/adapters/aws/workflow-measures.ts';
import type { ApprovalNotice } from '../../../src/core/approve/ports.ts';
import {
  performStep,
  type Telling,
  type WorkflowDeps,
  type WorkflowStep,
} from '../../../src/core/approve/workflow.ts';
import type { Approval, Grant, GrantStatus, Task } from '../../../src/core/model.ts';
import { endGrant } from '../../../src/core/revoke/end-grant.ts';
import { TASKS } from '../../support/catalog.ts';
import { NOW, sampleEvent } from '../../support/grant.ts';
import { PLACE, pendingGrant, workflowCatalog } from '../../support/pending.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const STEPS = ['opened', 'await', 'remind', 'escalate', 'close'] as const;
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const catalog = workflowCatalog();

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

function world(changes: { readonly tasks?: readonly Task[]; readonly down?: readonly string[] } = {}) {
  const rows = { client: tables.client, table: TABLES.grants };
  const time = { now: NOW };
  const notices: ApprovalNotice[] = [];
  const woken: string[] = [];
  const counted: Telling[] = [];
  const deps: WorkflowDeps = {
    catalog: { ...catalog, ...(changes.tasks && { tasks: changes.tasks }) },
    place: PLACE,
    grants: createGrantStore(rows),
    decisions: createDecisionStore(rows),
    workflow: { wake: async (token) => woken.push(token) > 0 },
    notifier: {
      notify: async (notice) => {
        notices.push(notice);
        return changes.down ?? [];
      },
    },
    findings: createFindingStore({ client: tables.client, table: TABLES.findings }),
    count: (telling) => counted.push(telling),
    clock: () => time.now,
    origin: 'https://console.acme.dev',
  };
  const decisions = createDecisionStore(rows);
  const grants = createGrantStore(rows);
  return {
    time,
    notices,
    woken,
    counted,
    decisions,
    grants,
    row: (grant: Grant) => grants.get(grant.grantId),
    token: (grant: Grant) => decisions.waitingToken(grant.grantId),
    findings: () =>
      createFindingStore({ client: tables.client, table: TABLES.findings }).listFindings({
        from: later(-60),
        to: later(3600),
        limit: 100,
      }),
    async add(changes: Partial<Grant> = {}): Promise<Grant> {
      const grant = { ...pendingGrant(catalog, 'close-account'), ...changes };
      expect(await grants.reserve(grant, sampleEvent('grant.pending'))).toBe(true);
      return grant;
    },
    step(grant: Grant, step: WorkflowStep['step'], taskToken?: string) {
      const { grantId, requestDigest } = grant;
      const asked = { step, grantId, requestDigest, ...(taskToken !== undefined && { taskToken }) };
      return performStep(deps, asked, 'request-1');
    },
  };
}

const approval = (grant: Grant): Approval => ({
  approver: { issuer: 'https://login.acme.dev', subject: 'ben' },
  decision: 'approve',
  requestDigest: grant.requestDigest,
  decidedAt: later(20),
  evidenceId: `evidence-${grant.grantId}`,
});

describe('a request that waits', () => {
  test('[WORKFLOW-4] opened: is taken over, told to its approvers, and says how long to wait', async () => {
    const { add, step, row, notices } = world();
    const grant = await add();
    const answer = await step(grant, 'opened');
    expect(answer).toEqual({
      firstSeconds: 150,
      secondSeconds: 150,
      thirdSeconds: 150,
      fourthSeconds: 151,
      expiresAt: later(601).toISOString(),
    });
    expect(notices).toEqual([expect.objectContaining({ kind: 'opened', groups: ['finance-leads'] })]);
    expect((await row(grant))?.workflowAt).toEqual(NOW);
  });

  test('[WORKFLOW-4] opened late, the time that is left is parted alike, and ends just after the request', async () => {
    const { add, step, time } = world();
    const grant = await add();
    time.now = later(400);
    expect(await step(grant, 'opened')).toMatchObject({
      firstSeconds: 50,
      secondSeconds: 50,
      thirdSeconds: 50,
      fourthSeconds: 51,
    });
    time.now = later(599.5);
    expect(await step(grant, 'opened')).toMatchObject({
      firstSeconds: 1,
      secondSeconds: 1,
      thirdSeconds: 1,
      fourthSeconds: 2,
    });
  });

  test('[WORKFLOW-4] await: the token is kept and nobody is woken; the next wait replaces it', async () => {
    const { add, step, token, woken } = world();
    const grant = await add();
    for (const each of ['token-1', 'token-1', 'token-2']) await step(grant, 'await', each);
    expect(await token(grant)).toBe('token-2');
    expect(woken).toEqual([]);
  });

  test('remind and escalate tell the approvers, and then those whom the task escalates to', async () => {
    const { add, step, notices, row } = world();
    const grant = await add();
    await step(grant, 'remind');
    await step(grant, 'escalate');
    expect(notices.map(({ kind, groups }) => [kind, groups])).toEqual([
      ['reminder', ['finance-leads']],
      ['escalation', ['finance-leads', 'finance-heads']],
    ]);
    expect((await row(grant))?.status).toBe('pending');
  });

  test('close: in time it still waits, and nobody is told', async () => {
    const { add, step, notices } = world();
    expect(await step(await add(), 'close')).toEqual({ status: 'pending' });
    expect(notices).toEqual([]);
  });
});

describe('the end of a request', () => {
  test('[WORKFLOW-5] late: it lapses with its reason, once, whichever step looks', async () => {
    for (const step of STEPS) {
      const { add, step: perform, row, time } = world();
      const grant = await add();
      time.now = grant.expiresAt;
      await perform(grant, step, 'token-1');
      const first = await row(grant);
      expect(first).toMatchObject({ status: 'lapsed', endReason: 'nobody decided in time' });
      time.now = later(9000);
      await perform(grant, step, 'token-1');
      expect(await row(grant)).toEqual(first);
    }
  });

  test('[WORKFLOW-5] a task that now grants something else, or is gone, lets the request lapse at once', async () => {
    const wider = TASKS.map((task) => ({ ...task, leaseSeconds: 900 }));
    for (const tasks of [wider, []]) {
      const { add, step, row, notices } = world({ tasks });
      const grant = await add();
      await step(grant, 'remind');
      expect(await row(grant)).toMatchObject({
        status: 'lapsed',
        endReason: `the catalog changed what is granted (now ${catalog.digest})`,
      });
      expect(notices).toEqual([]);
      expect(await step(grant, 'close')).toEqual({ status: 'lapsed' });
    }
  });

  test('[WORKFLOW-5] one that a newer catalog may have made is told to nobody, and waits to be told soon', async () => {
    const { add, step, notices } = world({ tasks: [] });
    const grant = await add({ catalogDigest: 'sha256:newer' });
    expect(await step(grant, 'opened')).toMatchObject({ firstSeconds: 60, secondSeconds: 240 });
    expect(await step(grant, 'close')).toEqual({ status: 'pending' });
    expect(notices).toEqual([]);
  });

  test('[WORKFLOW-5] another digest than the row has speaks of no request of ours', async () => {
    const { add, step, row, notices } = world();
    const grant = await add();
    for (const name of STEPS) {
      const answer = await step({ ...grant, requestDigest: `sha256:${'0'.repeat(64)}` }, name, 'token');
      expect(answer).toMatchObject({ firstSeconds: 1, status: 'lapsed' });
    }
    expect(await row(grant)).toMatchObject({ status: 'pending' });
    expect(notices).toEqual([]);
  });

  test('[WORKFLOW-6] a row that was decided before the wait wakes it at once and forgets the token', async () => {
    const { add, step, decisions, woken, token } = world();
    const grant = await add();
    await decisions.decide({ seen: grant, approval: approval(grant), to: 'approved' }, sampleEvent());
    await step(grant, 'await', 'token-1');
    expect(woken).toEqual(['token-1']);
    expect(await token(grant)).toBeUndefined();
    expect(await step(grant, 'close')).toEqual({ status: 'approved' });
  });

  const approved = [{ ...approval(pendingGrant(catalog, 'close-account')) }];
  test.each<[GrantStatus, readonly Approval[], string]>([
    ['approved', approved, 'approved'],
    ['active', approved, 'approved'],
    ['completed', approved, 'approved'],
    ['completed', [], 'withdrawn'],
    ['expired', approved, 'approved'],
    ['expired', [], 'failed'],
    ['approved', [], 'failed'],
    ['active', [], 'failed'],
    ['denied', [], 'denied'],
    ['lapsed', approved, 'lapsed'],
    ['killed', [], 'killed'],
    ['killed', approved, 'killed'],
    ['failed', approved, 'failed'],
  ])('[WORKFLOW-7] a grant that is %s is told as its decisions are: %o', async (status, approvals, label) => {
    const { add, step, row, notices, woken } = world();
    const grant = await add({ status, approvals });
    const before = await row(grant);
    for (const name of STEPS) await step(grant, name, 'token-1');
    expect(await step(grant, 'close')).toEqual({ status: label });
    const after = await row(grant);
    expect(after).toEqual(before);
    expect(woken).toEqual(['token-1']);
    expect(notices.map(({ kind }) => kind)).toEqual([label, label]);
  });
});

test('[WORKFLOW-7] an agent that takes its request back before anybody decided has approved nothing', async () => {
  const tasks = catalog.tasks.map((task) => ({ ...task, approval: { ...task.approval, quorum: 2 } }));
  const { add, step, grants, notices, counted, time } = world({ tasks });
  const asked = pendingGrant({ ...catalog, tasks }, 'close-account');
  const grant = await add({ ...asked, approvals: [approval(asked)] });
  await step(grant, 'await', 'token-1');
  time.now = later(100);
  await endGrant(
    { grants, clock: () => time.now },
    { grant, reason: 'completed by the agent' },
    { requestId: 'request-1', log: { note: () => undefined } },
  );
  expect(await step(grant, 'close')).toEqual({ status: 'withdrawn' });
  expect(notices.map(({ kind }) => kind)).toEqual(['withdrawn']);
  expect(counted.flatMap(workflowMeasures)).toEqual([
    { metric: 'requestsEnded', value: 1, dimension: { status: 'withdrawn' } },
  ]);
});

describe('telling', () => {
  test('[APPROVE-5] a request that somebody approved alone ends by telling everybody so, and counts as approved', async () => {
    const tasks = catalog.tasks.map((task) => ({
      ...task,
      approval: { ...task.approval, breakGlass: 'incident-commanders' },
    }));
    const { add, step, notices, counted } = world({ tasks });
    const alone = { decision: 'break-glass', reason: 'outage' } as const;
    const asked = pendingGrant({ ...catalog, tasks }, 'close-account');
    const grant = await add({ ...asked, status: 'approved', approvals: [{ ...approval(asked), ...alone }] });
    expect(await step(grant, 'close')).toEqual({ status: 'approved' });
    expect(notices.map(({ kind, groups }) => [kind, groups])).toEqual([
      ['break-glass', ['finance-leads', 'finance-heads', 'incident-commanders']],
    ]);
    expect(counted.flatMap(workflowMeasures)).toEqual([
      { metric: 'requestsEnded', value: 1, dimension: { status: 'approved' } },
    ]);
  });

  test('[WORKFLOW-15] is counted, with how long the request has waited', async () => {
    const { add, step, counted, time } = world({ down: ['sns'] });
    const grant = await add();
    await step(grant, 'opened');
    time.now = later(450);
    await step(grant, 'escalate');
    time.now = later(600);
    await step(grant, 'close');
    expect(counted).toEqual([
      { kind: 'opened', waitedSeconds: 0, failed: ['sns'] },
      { kind: 'escalation', waitedSeconds: 450, failed: ['sns'] },
      { kind: 'lapsed', waitedSeconds: 600, failed: ['sns'] },
    ]);
    expect(counted.flatMap(workflowMeasures)).toEqual(
      [
        { metric: 'asked', value: 1 },
        { metric: 'waited', value: 450 },
        { metric: 'requestsEnded', value: 1, dimension: { status: 'lapsed' } },
      ].flatMap((each) => [each, { metric: 'noticeFailures', value: 1 }]),
    );
  });

  test('[WORKFLOW-8] a channel that is down is one finding, however often the step is repeated', async () => {
    const { add, step, findings, row } = world({ down: ['sns'] });
    const grant = await add();
    await step(grant, 'opened');
    await step(grant, 'opened');
    const mine = (await findings()).filter(({ grantId }) => grantId === grant.grantId);
    expect(mine).toEqual([expect.objectContaining({ kind: 'notification-failed', severity: 'medium' })]);
    expect(mine[0]?.sentence).toContain('sns');
    expect((await row(grant))?.status).toBe('pending');
  });

  test('[WORKFLOW-8] who could not be told of a request is told after a minute, and then as everybody', async () => {
    const { add, step } = world({ down: ['sns'] });
    const waits = await step(await add(), 'opened');
    expect(waits).toMatchObject({
      firstSeconds: 60,
      secondSeconds: 240,
      thirdSeconds: 150,
      fourthSeconds: 151,
    });
  });

  test('[WORKFLOW-9] a notice names no value of a parameter; its link shows and does not decide', async () => {
    const { add, step, notices } = world();
    const grant = await add();
    for (const name of ['opened', 'remind', 'escalate'] as const) await step(grant, name);
    for (const notice of notices) {
      expect(Object.keys(notice).sort()).toEqual([
        'agent',
        'bindingCode',
        'environment',
        'expiresAt',
        'grantId',
        'groups',
        'kind',
        'link',
        'requestDigest',
        'task',
      ]);
      expect(notice.link).toBe(`https://console.acme.dev/console/#/approvals/${grant.grantId}`);
      expect(JSON.stringify(notice)).not.toContain('monthly statement');
    }
  });
});
