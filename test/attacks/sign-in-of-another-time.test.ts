// ID tokens that were not good when the decision was made, or are not the person's: the evidence carries the token, and
// the issuing function verifies it as of then.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import { createTestPeople, type Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ben: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ben = await scene.persona('ben');
});
afterAll(() => tables.close());

const hours = (count: number) => new Date(scene.exchange.deps.clock().getTime() + count * 3_600_000);
const stranger = createTestPeople();

test.each([
  ['expired when it was used', () => ben.idToken(hours(-2))],
  ['issued later', () => ben.idToken(hours(2))],
  ['of another person', () => scene.people.signIn({ subject: 'chloe', groups: ['finance-leads'] })],
  ['signed by a stranger', () => stranger.signIn({ subject: 'ben', groups: ['finance-leads'] })],
  ['without the group', () => scene.people.signIn({ subject: 'ben', groups: ['finance'] })],
  ['for another client', () => scene.people.signIn({ subject: 'ben', claims: { aud: 'payroll' } })],
  ['of an agent', () => scene.exchange.assertion('billing')],
  ['that is none', () => 'ey'],
])('[APPROVE-12] a token %s', async (_, make) => {
  const grant = await scene.ask();
  const idToken = await make();
  const row = await forgeApproval(scene, { grant, as: ben, evidence: { idToken } });
  expect((await refusalOf(scene.verify(row))).code).toBe('approval_invalid');
  const refusal = await refusalOf(scene.decide({ grant, as: ben, idToken }));
  expect(['sign_in_rejected', 'not_an_approver']).toContain(refusal.code);
  expect((await scene.row(grant)).approvals).toEqual([]);
});

test('[APPROVE-12] a token that has expired by the time of the lease was good at the decision', async () => {
  const own = await startTables();
  try {
    const later = await startDecisions(own);
    const dan = await later.persona('dan');
    const grant = await later.ask();
    const idToken = later.people.signIn({
      subject: 'dan',
      groups: ['finance-leads'],
      claims: { exp: Math.floor(later.exchange.deps.clock().getTime() / 1000) + 60 },
    });
    const row = await later.decide({ grant, as: dan, idToken });
    later.exchange.pass(590);
    await later.verify(row);
  } finally {
    await own.close();
  }
});
