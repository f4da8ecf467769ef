// A signature that was given once, sent again: under another challenge, for another request, by another person, or
// long after.

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

test('[APPROVE-4] a signature under the nonce of another challenge', async () => {
  const grant = await scene.ask('two-people');
  const deciding = { grant, as: ben };
  const [first, second] = [await scene.sign(deciding), await scene.sign(deciding)];
  const mixed = { nonce: second.nonce, assertion: first.assertion };
  expect((await refusalOf(scene.send(mixed, deciding))).code).toBe('passkey_rejected');
  expect((await scene.row(grant)).approvals).toEqual([]);
});

test('[APPROVE-4] the approval of one request sent for another', async () => {
  const [one, other] = [await scene.ask(), await scene.ask()];
  const signed = await scene.sign({ grant: one, as: ben });
  expect((await refusalOf(scene.send(signed, { grant: other, as: ben }))).code).toBe('challenge_unknown');
  expect((await scene.row(other)).status).toBe('pending');
  const row = await forgeApproval(scene, { grant: other, as: ben, terms: { grantId: one.grantId } });
  expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail: 'grant' });
});

test('[APPROVE-4] the approval of one person sent by another', async () => {
  const grant = await scene.ask('two-people');
  const signed = await scene.sign({ grant, as: ben });
  expect((await refusalOf(scene.send(signed, { grant, as: chloe }))).code).toBe('challenge_unknown');
  const taken = await scene.sign({ grant, as: ben });
  const idToken = chloe.idToken();
  expect(await refusalOf(scene.send(taken, { grant, as: ben, idToken }))).toMatchObject({
    code: 'sign_in_rejected',
    detail: 'another person',
  });
});

test('[APPROVE-4] an approval for break-glass, and the other way round', async () => {
  const olga = await scene.persona('olga', ['finance-leads', 'incident-commanders']);
  const grant = await scene.ask('emergency');
  const approving = await scene.sign({ grant, as: olga });
  const breaking = await scene.sign({ grant, as: olga, decision: 'break-glass', reason: 'outage' });
  const mixed = { nonce: breaking.nonce, assertion: approving.assertion };
  expect((await refusalOf(scene.send(mixed, { grant, as: olga }))).code).toBe('passkey_rejected');
});

test('[APPROVE-12] an approval is worth nothing once a grant made under it must be over, whatever the row says', async () => {
  const own = await startTables();
  try {
    const late = await startDecisions(own);
    const dan = await late.persona('dan');
    const grant = await late.ask();
    const row = await late.decide({ grant, as: dan });
    await late.verify(row);
    late.exchange.pass(120 + 600 + 1800);
    expect(await refusalOf(late.verify(row))).toMatchObject({ detail: 'the approval is too old' });
  } finally {
    await own.close();
  }
});

test('[APPROVE-12] a decision dated ahead, or before the challenge that it answers', async () => {
  const grant = await scene.ask();
  const now = scene.exchange.deps.clock().getTime();
  for (const [decidedAt, expiresAt, detail] of [
    [now + 300_000, now + 360_000, 'decided in the future'],
    [now, now + 150_001, 'challenge of later'],
    [now, now, 'challenge was over'],
    [now - 30_001, now + 60_000, 'decided before it was asked'],
    [now + 600_000, now + 660_000, 'decided after it lapsed'],
  ] as const) {
    const at = new Date(decidedAt);
    const row = await forgeApproval(scene, {
      grant,
      as: ben,
      terms: { expiresAt: new Date(expiresAt) },
      evidence: { decidedAt: at, idToken: ben.idToken(at) },
      approval: { decidedAt: at },
    });
    expect(await refusalOf(scene.verify(row))).toMatchObject({ code: 'approval_invalid', detail });
  }
});

test.each([
  ['whose clock was behind when the request came in', -30_000, 60_000],
  ['whose clock was behind that of the challenge', 0, 150_000],
  ['whose clock is ahead', 30_000, 60_000],
])('[APPROVE-12] a decision taken by a function %s is one', async (_name, decided, expires) => {
  const grant = await scene.ask();
  const now = scene.exchange.deps.clock().getTime();
  const at = new Date(now + decided);
  const row = await forgeApproval(scene, {
    grant,
    as: ben,
    terms: { expiresAt: new Date(now + expires) },
    evidence: { decidedAt: at, idToken: ben.idToken(at) },
    approval: { decidedAt: at },
  });
  await scene.verify(row);
});
