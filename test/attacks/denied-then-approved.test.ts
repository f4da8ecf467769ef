// A request that somebody has denied is asked of somebody else, or its row is turned round: a denial stays one.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import type { Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ben: Persona;
let chloe: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ben = await scene.persona('ben');
  chloe = await scene.persona('chloe');
});
afterAll(() => tables.close());

test('[APPROVE-3] an approval that was signed before the denial and sent after it', async () => {
  const grant = await scene.ask();
  const signed = await scene.sign({ grant, as: chloe });
  await scene.decide({ grant, as: ben, decision: 'deny' });
  expect((await refusalOf(scene.send(signed, { grant, as: chloe }))).code).toBe('request_closed');
  expect(await scene.row(grant)).toMatchObject({ status: 'denied', approvals: [{ decision: 'deny' }] });
});

test('[APPROVE-3] an approval put on a denied row past the decision endpoint', async () => {
  const grant = await scene.ask();
  const denied = await scene.decide({ grant, as: ben, decision: 'deny' });
  const row = await forgeApproval(scene, { grant: denied, as: chloe });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'denied' });
});

test('[APPROVE-3] a denial rewritten as an approval', async () => {
  const denied = await scene.decide({ grant: await scene.ask(), as: ben, decision: 'deny' });
  const approvals = denied.approvals.map((each) => ({ ...each, decision: 'approve' as const }));
  expect(await refusalOf(scene.verify({ ...denied, status: 'approved', approvals }))).toMatchObject({
    code: 'approval_invalid',
    detail: 'decision',
  });
});

test('[APPROVE-3] the store itself moves no ended row, whatever is asked of it', async () => {
  const grant = await scene.ask();
  const approved = await forgeApproval(scene, { grant, as: chloe });
  const [approval] = approved.approvals;
  if (approval === undefined) throw new Error('no approval');
  await scene.decide({ grant, as: ben, decision: 'deny' });
  const event = { type: 'approval.recorded', at: approval.decidedAt, requestId: 'request-1', facts: {} };
  const seen = await scene.row(grant);
  for (const each of [seen, grant])
    expect(
      await scene.deps.decisions.decide({ seen: each, approval, to: 'approved' }, event),
    ).toBeUndefined();
  expect((await scene.row(grant)).status).toBe('denied');
});
