// Decisions over the real stores: what counts, what is refused, races, repetitions, and a process that dies between
// any two writes.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleTask } from '../../support/catalog.ts';
import { type DecisionScene, onlyApproval, startDecisions } from '../../support/decisions.ts';
import type { Persona } from '../../support/people.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ben: Persona;
let chloe: Persona;
let olga: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ben = await scene.persona('ben');
  chloe = await scene.persona('chloe');
  olga = await scene.persona('olga', ['incident-commanders']);
});
afterAll(() => tables.close());

/** A scene of its own, whose clock may be moved. */
async function alone(act: (scene: DecisionScene, as: Persona) => Promise<void>): Promise<void> {
  const own = await startTables();
  try {
    const started = await startDecisions(own);
    await act(started, await started.persona('dan'));
  } finally {
    await own.close();
  }
}

describe('one decision', () => {
  test('[APPROVE-1] an approval by the one that is needed approves, and verifies at the mint', async () => {
    const grant = await scene.ask();
    expect(await scene.decide({ grant, as: ben, reason: ' seen the order ' })).toMatchObject({
      status: 'approved',
      approvals: [{ approver: ben.person, decision: 'approve', reason: 'seen the order' }],
    });
    await scene.verify(await scene.row(grant));
  });

  test('[APPROVE-1] a denial ends the request', async () => {
    const grant = await scene.ask();
    expect(await scene.decide({ grant, as: ben, decision: 'deny' })).toMatchObject({ status: 'denied' });
    expect(await refusalOf(scene.verify(await scene.row(grant)))).toMatchObject({ code: 'approval_invalid' });
  });

  test('[APPROVE-2] two people are two different people, one after the other', async () => {
    const grant = await scene.ask('two-people');
    expect(await scene.decide({ grant, as: ben })).toMatchObject({ status: 'pending' });
    expect(await refusalOf(scene.verify(await scene.row(grant)))).toMatchObject({ detail: 'quorum' });
    expect((await refusalOf(scene.decide({ grant, as: ben }))).code).toBe('decided_already');
    expect(await scene.decide({ grant, as: chloe })).toMatchObject({ status: 'approved' });
    await scene.verify(await scene.row(grant));
  });

  test('[APPROVE-3] whoever comes after the end is told so, and changes nothing', async () => {
    const grant = await scene.ask();
    await scene.decide({ grant, as: ben, decision: 'deny' });
    const refusal = await refusalOf(scene.decide({ grant, as: chloe }));
    expect(refusal).toMatchObject({ code: 'request_closed', members: { grant_status: 'denied' } });
    expect(onlyApproval(await scene.row(grant)).decision).toBe('deny');
  });

  test('[APPROVE-3] a request past its time takes no decision, also of a challenge of before', () =>
    alone(async (late, dan) => {
      const grant = await late.ask();
      late.exchange.pass(550);
      const signed = await late.sign({ grant, as: dan });
      late.exchange.pass(60);
      expect((await refusalOf(late.send(signed, { grant, as: dan }))).code).toBe('request_closed');
      expect((await late.row(grant)).approvals).toEqual([]);
    }));

  test('[APPROVE-4] a challenge of two minutes ago is worth nothing', () =>
    alone(async (late, dan) => {
      const grant = await late.ask();
      const signed = await late.sign({ grant, as: dan });
      late.exchange.pass(120);
      expect((await refusalOf(late.send(signed, { grant, as: dan }))).code).toBe('challenge_unknown');
    }));
});

describe('break-glass', () => {
  test('[APPROVE-5] approves alone, with a finding and a notice to everybody concerned', async () => {
    const grant = await scene.ask('emergency');
    const decided = await scene.decide({ grant, as: olga, decision: 'break-glass', reason: 'outage 7' });
    expect(decided.status).toBe('approved');
    await scene.verify(decided);
    const notice = scene.notices.find((each) => each.grantId === grant.grantId);
    expect(notice).toMatchObject({ kind: 'break-glass', groups: ['finance-leads', 'incident-commanders'] });
    expect(await scene.findings()).toContainEqual(
      expect.objectContaining({ kind: 'break-glass', severity: 'high', grantId: grant.grantId }),
    );
  });

  test.each([
    ['without a reason', 'emergency', undefined, 'reason_missing'],
    ['with white space for a reason', 'emergency', ' \t ', 'reason_missing'],
    ['of a task that has none', 'close-account', 'outage 8', 'not_an_approver'],
  ])('[APPROVE-5] %s is refused', async (_, task, reason, code) => {
    const grant = await scene.ask(task);
    const refusal = await refusalOf(
      scene.decide({ grant, as: olga, decision: 'break-glass', ...(reason !== undefined && { reason }) }),
    );
    expect(refusal.code).toBe(code);
  });

  test('[APPROVE-5] cannot happen when it cannot be recorded', async () => {
    const grant = await scene.ask('emergency');
    const broken = { putFinding: () => Promise.reject(new Error('down')) };
    const deps = { ...scene.deps, findings: broken };
    const deciding = { grant, as: olga, decision: 'break-glass', reason: 'outage 9', deps } as const;
    await expect(scene.decide(deciding)).rejects.toThrow('down');
    expect(await scene.row(grant)).toMatchObject({ status: 'pending', approvals: [] });
  });

  test('[APPROVE-5] somebody in its group alone cannot approve in the ordinary way', async () => {
    const grant = await scene.ask('emergency');
    expect((await refusalOf(scene.decide({ grant, as: olga }))).code).toBe('not_an_approver');
  });
});

describe('two at once', () => {
  test('[APPROVE-6] both approvals of a quorum of two count', async () => {
    const grant = await scene.ask('two-people');
    const both = [
      { grant, as: ben },
      { grant, as: chloe },
    ];
    const signed = await Promise.all(both.map(scene.sign));
    const rows = await Promise.all(
      signed.map((each, index) => scene.send(each, both[index] ?? { grant, as: ben })),
    );
    expect(rows.map(({ status }) => status).sort()).toEqual(['approved', 'pending']);
    await scene.verify(await scene.row(grant));
  });

  test('[APPROVE-6] one person with two challenges decides once', async () => {
    const grant = await scene.ask('two-people');
    const deciding = { grant, as: ben };
    const signed = await Promise.all([scene.sign(deciding), scene.sign(deciding)]);
    const sent = await Promise.allSettled(signed.map((each) => scene.send(each, deciding)));
    expect(sent.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(onlyApproval(await scene.row(grant)).approver.subject).toBe('ben');
  });

  test('[APPROVE-6] of an approval and a denial the row tells one story', async () => {
    const grant = await scene.ask();
    const approving = { grant, as: ben };
    const denying = { grant, as: chloe, decision: 'deny' } as const;
    const [one, other] = [await scene.sign(approving), await scene.sign(denying)];
    await Promise.allSettled([scene.send(one, approving), scene.send(other, denying)]);
    const row = await scene.row(grant);
    const { decision } = onlyApproval(row);
    expect(row.status).toBe(decision === 'deny' ? 'denied' : 'approved');
  });

  test('[APPROVE-4] the same answer sent twice at once is recorded once', async () => {
    const grant = await scene.ask('two-people');
    const deciding = { grant, as: ben };
    const signed = await scene.sign(deciding);
    await Promise.allSettled([scene.send(signed, deciding), scene.send(signed, deciding)]);
    expect(onlyApproval(await scene.row(grant)).evidenceId).toBe(signed.nonce);
    expect((await scene.send(signed, deciding)).approvals).toHaveLength(1);
  });
});

describe('a repeated call', () => {
  test('[APPROVE-7] answers with the row, as it is by then', async () => {
    const grant = await scene.ask('two-people');
    const signed = await scene.sign({ grant, as: ben });
    await scene.send(signed, { grant, as: ben });
    await scene.decide({ grant, as: chloe });
    expect(await scene.send(signed, { grant, as: ben })).toMatchObject({ status: 'approved' });
    expect((await scene.row(grant)).approvals).toHaveLength(2);
  });

  test('[APPROVE-7] of somebody else, or for another request, answers nothing', async () => {
    const [grant, other] = [await scene.ask(), await scene.ask()];
    const signed = await scene.sign({ grant, as: ben });
    await scene.send(signed, { grant, as: ben });
    expect((await refusalOf(scene.send(signed, { grant, as: chloe }))).code).toBe('challenge_unknown');
    expect((await refusalOf(scene.send(signed, { grant: other, as: ben }))).code).toBe('challenge_unknown');
  });
});

describe('a process that dies', () => {
  test('[APPROVE-8] between evidence and row: nothing counts, and the person decides anew', async () => {
    const grant = await scene.ask();
    const dies = { ...scene.deps.decisions, decide: () => Promise.reject(new Error('died')) };
    const deciding = { grant, as: ben };
    const signed = await scene.sign(deciding);
    await expect(
      scene.send(signed, { ...deciding, deps: { ...scene.deps, decisions: dies } }),
    ).rejects.toThrow('died');
    expect(await scene.row(grant)).toMatchObject({ status: 'pending', approvals: [] });
    expect((await refusalOf(scene.send(signed, deciding))).code).toBe('challenge_unknown');
    expect(await scene.decide(deciding)).toMatchObject({ status: 'approved' });
    await scene.verify(await scene.row(grant));
  });

  test('[APPROVE-8] whose write of the row was made though its answer was lost: it counts once', async () => {
    const grant = await scene.ask();
    const { decide } = scene.deps.decisions;
    const lost: typeof decide = async (...move) => void (await decide(...move));
    const deps = { ...scene.deps, decisions: { ...scene.deps.decisions, decide: lost } };
    expect(await scene.decide({ grant, as: ben, deps })).toMatchObject({ status: 'approved' });
    expect((await scene.row(grant)).approvals).toHaveLength(1);
  });

  test('[APPROVE-8] between row and wake: the decision stands, and the row is due to be woken', async () => {
    const grant = await scene.ask();
    await scene.deps.decisions.takeOver(grant.grantId, scene.exchange.deps.clock());
    await scene.deps.decisions.keepWaiting(grant.grantId, 'task-token');
    const deps = { ...scene.deps, workflow: { wake: () => Promise.reject(new Error('throttled')) } };
    expect(await scene.decide({ grant, as: ben, deps })).toMatchObject({ status: 'approved' });
    expect(await scene.deps.decisions.waitingToken(grant.grantId)).toBe('task-token');
    expect(scene.exchange.notes['wakeFailed']).toBe('Error');
  });

  test('[APPROVE-8] after a decision that settles, the waiting workflow is woken', async () => {
    const grant = await scene.ask();
    await scene.deps.decisions.takeOver(grant.grantId, scene.exchange.deps.clock());
    await scene.deps.decisions.keepWaiting(grant.grantId, `token-of-${grant.grantId}`);
    await scene.decide({ grant, as: ben });
    expect(scene.woken).toContain(`token-of-${grant.grantId}`);
    expect(await scene.deps.decisions.waitingToken(grant.grantId)).toBeUndefined();
  });
});

test.each([
  ['lapses the request when it is this function’s own', undefined, 'lapsed'],
  ['decides nothing while it may be an older one', 'sha256:c2', 'pending'],
] as const)('[APPROVE-9] a catalog that would grant something else %s', async (_name, digest, status) => {
  const grant = await scene.ask();
  const signed = await scene.sign({ grant, as: ben });
  const { catalog } = scene.exchange;
  const tasks = catalog.tasks.map((task) =>
    task.id === 'close-account' ? sampleTask({ ...task, maxDurationSeconds: 3600 }) : task,
  );
  const deps = { ...scene.deps, catalog: { ...catalog, digest: digest ?? catalog.digest, tasks } };
  const refusal = await refusalOf(scene.send(signed, { grant, as: ben, deps }));
  expect(refusal.code).toBe('request_changed');
  expect(await scene.row(grant)).toMatchObject({ status, approvals: [] });
});

test('[APPROVE-10] somebody who approves very often within an hour is a finding, once', () =>
  alone(async (busy, dan) => {
    for (const count of [30, 31, 32]) {
      const counter = { countApproval: async () => count };
      await busy.decide({ grant: await busy.ask(), as: dan, deps: { ...busy.deps, counter } });
    }
    const found = (await busy.findings()).filter(({ kind }) => kind === 'approval-rate');
    expect(found).toMatchObject([{ person: dan.person, severity: 'medium' }]);
  }));

test('[APPROVE-10] a counter that is down stops nobody', async () => {
  const counter = { countApproval: () => Promise.reject(new Error('throttled')) };
  const grant = await scene.ask();
  expect(await scene.decide({ grant, as: ben, deps: { ...scene.deps, counter } })).toMatchObject({
    status: 'approved',
  });
});
