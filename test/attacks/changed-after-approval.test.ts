// A row that is rewritten once people have approved: other parameters, other facts, another task, a wider catalog.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorizeAgain } from '../../src/core/authorize/authorize.ts';
import type { Grant } from '../../src/core/model.ts';
import { canonicalText } from '../../src/core/record/canonical.ts';
import { digestOfText } from '../../src/core/record/digest.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let row: Grant;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  row = await scene.decide({ grant: await scene.ask(), as: await scene.persona('ben') });
});
afterAll(() => tables.close());

const factsOf = ({ facts = '' }: Grant) => JSON.parse(facts) as Record<string, unknown>;

/** The row with other facts, and a digest that belongs to them. */
function rewritten(change: Partial<Grant>, facts: Record<string, unknown>): Grant {
  const text = canonicalText({ ...factsOf(row), ...facts });
  return { ...row, ...change, facts: text, requestDigest: digestOfText(text) };
}

async function again(grant: Grant): Promise<unknown> {
  const agent = await scene.exchange.deps.registry.findAgent(grant.agent);
  if (agent === undefined) throw new Error('no agent');
  const { deps, context } = scene.exchange;
  return authorizeAgain(deps, { grant, agent, now: deps.clock() }, context);
}

test('[APPROVE-12] other parameters under the digest that was signed', async () => {
  const parameters = { amount: 1000 };
  expect(await refusalOf(again({ ...row, parameters }))).toMatchObject({ code: 'grant_changed' });
});

test('[APPROVE-12] other parameters with facts and digest to match', async () => {
  const parameters = { amount: 1000 };
  const forged = rewritten({ parameters }, { parameters });
  expect(await refusalOf(scene.verify(forged))).toMatchObject({
    code: 'approval_invalid',
    detail: 'request digest',
  });
});

test.each([
  ['another owner', { owner: { issuer: 'https://login.acme.dev', subject: 'ben' } }],
  ['another time', { requestedAt: new Date('2026-11-24T10:00:01.000Z') }],
])('[APPROVE-12] %s on the row alone', async (_, change) => {
  expect(await refusalOf(again({ ...row, ...change }))).toMatchObject({ code: 'grant_changed' });
  expect(await refusalOf(scene.verify({ ...row, ...change }))).toMatchObject({ code: 'approval_invalid' });
});

test.each([
  ['a member twice', (text: string) => text.replace('{', '{"account":"999999999999",')],
  ['white space', (text: string) => text.replace(':', ': ')],
  ['no JSON', () => '{'],
  ['nothing', () => ''],
])('[APPROVE-12] facts with %s', async (_, change) => {
  const text = change(row.facts ?? '');
  const forged = { ...row, facts: text, requestDigest: digestOfText(text) };
  expect(await refusalOf(scene.verify(forged))).toMatchObject({
    code: 'approval_invalid',
    detail: 'request_damaged: facts',
  });
});

test('[APPROVE-12] a smaller quorum in the facts, or in the catalog of now', async () => {
  const approval = { ...(factsOf(row)['approval'] as object), approvers: ['everybody'] };
  expect(await refusalOf(scene.verify(rewritten({}, { approval })))).toMatchObject({
    detail: 'approval rule',
  });
  const { catalog } = scene.exchange;
  const tasks = catalog.tasks.map((task) => ({
    ...task,
    approval: { ...task.approval, approvers: ['everybody'] },
  }));
  expect(await refusalOf(scene.verify(row, { catalog: { ...catalog, tasks } }))).toMatchObject({
    detail: 'approval rule',
  });
});
