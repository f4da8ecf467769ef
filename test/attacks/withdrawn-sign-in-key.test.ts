// The key that an approver's ID token was signed with is no longer the issuer's when the agent comes for its lease: it was
// rotated, which disturbs nobody, or withdrawn (as one that leaked would be), after which it proves nothing.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../src/core/approve/ports.ts';
import { requireApproved } from '../../src/core/approve/redeem.ts';
import { findTask } from '../../src/core/deps.ts';
import { asIssuer, type PeopleTrust } from '../../src/core/people/verify-person.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { makeKey, memoryKeys } from '../support/issuer.ts';
import type { Persona } from '../support/people.ts';
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

/** The issuer as before, with these keys. */
function publishing(...keys: object[]) {
  const { config } = scene.people;
  return { people: { issuer: config, keys: memoryKeys(asIssuer(config), { keys }) } };
}

test('[APPROVE-17] a new key beside the old one disturbs no approval', async () => {
  const row = await scene.decide({ grant: await scene.ask(), as: ben });
  const { jwk } = makeKey('ES256');
  await scene.verify(row, publishing(jwk, ...scene.people.keySet.keys));
});

test('[APPROVE-17] a key that was withdrawn takes its approvals along', async () => {
  const row = await scene.decide({ grant: await scene.ask(), as: ben });
  const { jwk } = makeKey('ES256');
  expect(await refusalOf(scene.verify(row, publishing(jwk)))).toMatchObject({
    code: 'approval_invalid',
    detail: 'sign_in_rejected: key',
  });
});

test('[APPROVE-17] another key under the id of the old one proves nothing', async () => {
  const row = await scene.decide({ grant: await scene.ask(), as: ben });
  const { jwk } = makeKey('ES256');
  const [old] = scene.people.keySet.keys;
  const taken = publishing({ ...jwk, kid: old?.['kid'] });
  expect((await refusalOf(scene.verify(row, taken))).code).toBe('approval_invalid');
});

test('[APPROVE-17] keys that cannot be had now are no proof of anything: it is tried again', async () => {
  const row = await scene.decide({ grant: await scene.ask(), as: ben });
  const keys = { find: async () => Promise.reject(new Refusal('issuer_unavailable')) };
  const people = { issuer: scene.people.config, keys };
  expect((await refusalOf(scene.verify(row, { people }))).code).toBe('issuer_unavailable');
  await scene.verify(row);
});

test('[APPROVE-17] only what does not verify is a finding, and a table that takes none changes no refusal', async () => {
  const { deps, catalog, context } = scene.exchange;
  const grant = await scene.decide({ grant: await scene.ask(), as: ben });
  const task = findTask(catalog, grant.task);
  const agent = catalog.agents.find(({ id }) => id === grant.agent);
  if (task === undefined || agent === undefined) throw new Error('not in the catalog');
  const found: Finding[] = [];
  const ask = (people: PeopleTrust, putFinding = async (each: Finding) => void found.push(each)) => {
    const over = { approvals: { ...deps.approvals, people }, findings: { putFinding } };
    return refusalOf(requireApproved(over, { grant, task, agent, now: deps.clock() }, context));
  };
  const keys = { find: async () => Promise.reject(new Refusal('issuer_unavailable')) };
  expect((await ask({ issuer: scene.people.config, keys })).code).toBe('issuer_unavailable');
  expect(found).toEqual([]);
  const { people } = publishing(makeKey('ES256').jwk);
  expect((await ask(people)).code).toBe('approval_invalid');
  expect(found).toMatchObject([{ kind: 'approval-evidence', severity: 'high' }]);
  const lost = async () => Promise.reject(new Refusal('store_unavailable'));
  expect((await ask(people, lost)).code).toBe('approval_invalid');
});
