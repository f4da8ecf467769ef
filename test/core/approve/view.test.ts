// What a person sees of requests: those that concern them, with what they can do, and nothing of the others.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { listRequests, MOST_LISTED, showRequest, type ViewDeps } from '../../../src/core/approve/view.ts';
import type { Grant } from '../../../src/core/model.ts';
import { START_SECONDS } from '../../../src/core/record/lifetime.ts';
import { sampleTask } from '../../support/catalog.ts';
import { type DecisionScene, startDecisions } from '../../support/decisions.ts';
import { NOW, sampleEvent } from '../../support/grant.ts';
import { ENROLLED } from '../../support/passkey-events.ts';
import { createPersona, samplePasskey } from '../../support/people.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let deps: ViewDeps;
let finance: Grant;
let support: Grant;
let emergency: Grant;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  deps = { ...scene.exchange.deps, issuer: scene.people.config, people: scene.store };
  finance = await scene.ask('close-account', { amount: 70 });
  support = await scene.ask('support-only');
  emergency = await scene.ask('emergency');
});
afterAll(() => tables.close());

const who = (subject: string, groups: readonly string[]) =>
  createPersona(scene.people, subject, groups).verified();

test.each([
  ['an approver', 'ben', ['finance-leads'], { finance: 'can-decide', emergency: 'can-decide' }],
  ['an approver of another task', 'grace', ['support-leads'], { support: 'can-decide' }],
  ['the break-glass group', 'olga', ['incident-commanders'], { emergency: 'break-glass' }],
  ['the owner, also in no group', 'ada', [], { finance: 'owner', support: 'owner', emergency: 'owner' }],
  [
    'a viewer',
    'vic',
    ['auditors'],
    { finance: 'not-an-approver', support: 'not-an-approver', emergency: 'not-an-approver' },
  ],
  ['somebody of no group', 'eve', [], {}],
  ['somebody of a group that begins alike', 'mallory', ['finance-leads2', 'finance'], {}],
])('[APPROVE-15] %s', async (_name, subject, groups, expected) => {
  const person = await who(subject, groups);
  const byId = {
    [finance.grantId]: 'finance',
    [support.grantId]: 'support',
    [emergency.grantId]: 'emergency',
  };
  const seen = (await listRequests(deps, person)).approvals.map(({ grantId, mine }) => [byId[grantId], mine]);
  expect(Object.fromEntries(seen)).toEqual(expected);
  for (const [grantId, name] of Object.entries(byId)) {
    const shown = showRequest(deps, person, grantId as Grant['grantId']);
    if (name in expected) expect((await shown).grantId).toBe(grantId);
    else expect((await refusalOf(shown)).code).toBe('request_unknown');
  }
});

test('[APPROVE-15] the page has the facts that the digest is of, and says when the catalog has moved on', async () => {
  const person = await who('ben', ['finance-leads']);
  const view = await showRequest(deps, person, finance.grantId);
  expect(view).toMatchObject({ facts: finance.facts, changed: false, quorum: 1, approved: 0 });
  expect(JSON.stringify(view)).not.toContain(finance.handleHash);
  const tasks = deps.catalog.tasks.map((task) =>
    task.id === 'close-account' ? sampleTask({ ...task, leaseSeconds: 900 }) : task,
  );
  const moved = { ...deps, catalog: { ...deps.catalog, tasks } };
  expect(await showRequest(moved, person, finance.grantId)).toMatchObject({
    changed: true,
    leaseSeconds: 60,
  });
});

test('[APPROVE-15] a row whose facts are not its own is shown to nobody as a request', async () => {
  const get = async (grantId: Grant['grantId']) => {
    const grant = await scene.exchange.deps.grants.get(grantId);
    return grant && { ...grant, facts: grant.facts?.replace('70', '71') ?? '' };
  };
  const { grants } = scene.exchange.deps;
  const listOpen: typeof grants.listOpen = (...asked) => grants.listOpen(...asked);
  const listByAgent: typeof grants.listByAgent = (...asked) => grants.listByAgent(...asked);
  const damaged = { ...deps, grants: { get, listOpen, listByAgent } };
  expect((await listRequests(damaged, await who('ben', ['finance-leads']))).approvals).toEqual([]);
  const told = async (groups: readonly string[]) =>
    refusalOf(showRequest(damaged, await who('vic', groups), finance.grantId));
  expect((await told(['auditors'])).code).toBe('request_damaged');
  expect((await told([])).code).toBe('request_unknown');
});

test('[AWAIT-2] a request whose workflow cannot be started is in the list until its own end', async () => {
  const own = await startTables();
  try {
    const other = await startDecisions(own);
    const views = { ...other.exchange.deps, issuer: other.people.config, people: other.store };
    const { grantId, expiresAt } = await other.ask('close-account', { amount: 70 });
    const person = await createPersona(other.people, 'ben').verified();
    const listed = async () => (await listRequests(views, person)).approvals.map((each) => each.grantId);
    // longer than it takes the sweeper to look after it
    other.exchange.pass(START_SECONDS + 1);
    expect(await listed()).toEqual([grantId]);
    const left = (expiresAt.getTime() - other.exchange.deps.clock().getTime()) / 1000;
    other.exchange.pass(left - 1);
    expect(await listed()).toEqual([grantId]);
    other.exchange.pass(1);
    expect(await listed()).toEqual([]);
  } finally {
    await own.close();
  }
});

test('[APPROVE-15] a list that leaves some out says so', async () => {
  const person = await who('ben', ['finance-leads']);
  const { grants } = deps;
  const listing = (rows: number, next?: string): ViewDeps => ({
    ...deps,
    grants: {
      get: (id) => grants.get(id),
      listByAgent: async () => ({ grants: [] }),
      listOpen: async (shard) => ({
        grants: shard === 0 ? Array.from({ length: rows }, () => finance) : [],
        ...(next !== undefined && { next }),
      }),
    },
  });
  expect(await listRequests(deps, person)).toMatchObject({ more: false });
  const full = await listRequests(listing(MOST_LISTED), person);
  expect([full.approvals.length, full.more]).toEqual([MOST_LISTED, false]);
  const over = await listRequests(listing(MOST_LISTED + 1), person);
  expect([over.approvals.length, over.more]).toEqual([MOST_LISTED, true]);
  expect((await listRequests(listing(0, 'and on'), person)).more).toBe(true);
});

test('[APPROVE-15] equal requests are told as such, and a first one as unusual', async () => {
  const own = await startTables();
  try {
    const other = await startDecisions(own);
    const views = { ...other.exchange.deps, issuer: other.people.config, people: other.store };
    await other.ask('close-account', { amount: 70 });
    await other.ask('close-account', { amount: 70 });
    await other.ask('close-account', { amount: 71 });
    const person = await createPersona(other.people, 'ben').verified();
    const lines = (await listRequests(views, person)).approvals;
    expect(lines.map(({ same }) => same).sort()).toEqual([1, 2, 2]);
    // the page of each counts as the list does; one that has ended counts those that still wait
    const onPage = async () =>
      Promise.all(lines.map(async ({ grantId }) => (await showRequest(views, person, grantId)).same));
    expect(await onPage()).toEqual(lines.map(({ same }) => same));
    const twins = lines.filter(({ same }) => same === 2);
    const [gone] = twins;
    if (gone === undefined) throw new Error('no twins');
    await other.exchange.deps.grants.end(
      { grantId: gone.grantId, status: 'completed', reason: 'taken back', at: NOW, from: ['pending'] },
      sampleEvent(),
    );
    for (const { grantId } of twins) expect((await showRequest(views, person, grantId)).same).toBe(1);
    expect(lines[0]?.unusual[0]).toContain('has not done close-account before');
  } finally {
    await own.close();
  }
});

test('[APPROVE-15] after a transfer neither the owner of before nor the owner of now is offered to decide', async () => {
  const ben = { issuer: scene.people.config.issuer, subject: 'ben' };
  const registry = {
    async findAgent(id: string) {
      const agent = await scene.exchange.deps.registry.findAgent(id);
      return agent && { ...agent, owner: ben };
    },
  };
  const transferred = { ...deps, registry };
  for (const [subject, mine] of [
    ['ben', 'owner'],
    ['ada', 'owner'],
    ['chloe', 'can-decide'],
  ] as const) {
    const person = await who(subject, ['finance-leads']);
    expect(await showRequest(transferred, person, finance.grantId), subject).toMatchObject({ mine });
    const listed = (await listRequests(transferred, person)).approvals;
    expect(
      listed.find(({ grantId }) => grantId === finance.grantId),
      subject,
    ).toMatchObject({ mine });
  }
  // of no group, and yet it is theirs to see
  expect(await showRequest(transferred, await who('ben', []), support.grantId)).toMatchObject({
    mine: 'owner',
  });
});

test.each([
  ['an approver', 'newcomer', ['finance-leads'], 'finance', 'passkey-too-new', 1],
  ['who may break the glass', 'stranger', ['incident-commanders'], 'emergency', 'passkey-too-new', 1],
  ['who only looks', 'looker', ['auditors'], 'finance', 'not-an-approver', 1],
  ['an approver with a key of the very moment', 'punctual', ['finance-leads'], 'finance', 'can-decide', 0],
] as const)(
  '[APPROVE-18] somebody with a new passkey alone: %s',
  async (_name, subject, groups, which, mine, late) => {
    const { grantId, requestedAt } = which === 'finance' ? finance : emergency;
    const persona = createPersona(scene.people, subject, groups);
    const activeSince = new Date(requestedAt.getTime() + late);
    const passkeys = [samplePasskey(persona.key, { enrolledAt: activeSince, activeSince })];
    await scene.store.putPerson({ person: persona.person, passkeys, version: 1 }, ENROLLED);
    const person = await persona.verified();
    expect(await showRequest(deps, person, grantId)).toMatchObject({ mine });
    expect((await listRequests(deps, person)).approvals).toContainEqual(
      expect.objectContaining({ grantId, mine }),
    );
  },
);
