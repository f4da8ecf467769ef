// Registration at run time, and what people change afterwards.

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { createRegistry, createRegistryWriter } from '../../../src/adapters/aws/registry-table.ts';
import { reviewDigest } from '../../../src/core/lifecycle/agent-digest.ts';
import { confirmReview, transferAgent, updateAgent } from '../../../src/core/lifecycle/change.ts';
import { driftOf } from '../../../src/core/lifecycle/drift.ts';
import { moveAgent } from '../../../src/core/lifecycle/move.ts';
import type { AgentBook, Order } from '../../../src/core/lifecycle/ports.ts';
import { registerAgent } from '../../../src/core/lifecycle/register.ts';
import { syncAgents } from '../../../src/core/lifecycle/sync-agents.ts';
import type { Catalog, Issuer } from '../../../src/core/model.ts';
import { sampleAgent, sampleCatalog } from '../../support/catalog.ts';
import { NOW } from '../../support/grant.ts';
import { OLGA, ORDER, reviewAsShown } from '../../support/orders.ts';
import { PEOPLE_ISSUER } from '../../support/people.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const catalogued = sampleAgent(issuer, 'from-catalog', 'catalogued');
const catalog: Catalog = {
  ...sampleCatalog({ issuers: [issuer], agents: [catalogued] }),
  runtimeAssignableGroups: ['reporting'],
};
const moment = { at: NOW, requestId: 'request-1' };

let tables: Tables;
let agents: AgentBook;
beforeAll(async () => {
  tables = await startTables();
  agents = createAgentBook({ client: tables.client, table: TABLES.registry });
});
afterAll(() => tables.close());

const registry = () => createRegistry({ client: tables.client, table: TABLES.registry });
const bound = async (subject: string) => (await registry().findWorkload(issuer.issuer, subject))?.agent;
const row = async (id: string) =>
  (await tables.client.send(new GetCommand({ TableName: TABLES.registry, Key: { pk: `AGENT#${id}` } }))).Item;

function registration(id: string, subjects: readonly string[], changes: object = {}) {
  return {
    id,
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    purpose: 'monthly reports',
    environment: 'prod',
    groups: ['reporting'],
    bindings: subjects.map((subject) => ({ issuer: issuer.issuer, subject })),
    ...changes,
  };
}
const register = (given: object, order: Order = ORDER, book = agents) =>
  registerAgent(
    { agents: book, catalog, peopleIssuer: PEOPLE_ISSUER },
    { registration: given, order, activate: true },
    moment,
  );

describe('a registration', () => {
  test('[LIFE-6] binds every identity and says who, when and why, with the event of each write', async () => {
    const agent = await register(registration('reporter', ['r-1', 'r-2']));
    expect(agent).toMatchObject({ status: 'active', origin: 'runtime', reviewBy: '2027-02-22' });
    expect([await bound('r-1'), await bound('r-2')]).toEqual(['reporter', 'reporter']);
    expect(await registry().findAgent('reporter')).toMatchObject({
      status: 'active',
      lastChange: { what: 'activated', by: OLGA, reason: ORDER.reason, at: NOW },
    });
    expect(await row('reporter')).toMatchObject({
      eventNumber: 2,
      event: {
        type: 'agent.activated',
        facts: { agent: 'reporter', actorSubject: 'olga', reason: ORDER.reason },
      },
    });
  });

  test('[LIFE-2] that meets an identity of another agent leaves nothing bound, and its name can be used again', async () => {
    await register(registration('holder', ['held']));
    const refusal = await refusalOf(register(registration('late', ['l-1', 'held', 'l-2'])));
    expect(refusal.code).toBe('binding_taken');
    expect([await bound('l-1'), await bound('held'), await bound('l-2')]).toEqual([
      undefined,
      'holder',
      undefined,
    ]);
    expect((await registry().findAgent('late'))?.status).toBe('proposed');
    const resume = moveAgent({ agents }, { id: 'late', act: 'resume', order: ORDER }, moment);
    expect((await refusalOf(resume)).code).toBe('agent_without_identity');
    expect(await register(registration('late', ['l-1']))).toMatchObject({ status: 'active' });
    expect(await row('late')).toMatchObject({ eventNumber: 4 });
  });

  test('[LIFE-3] one of twenty at once wins a contested identity, and the others leave nothing', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `racer-${index}`);
    const results = await Promise.allSettled(
      names.map((name) => register(registration(name, [`${name}-own`, 'contested', `${name}-after`]))),
    );
    const winners = names.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await bound('contested')).toBe(winners[0]);
    for (const name of names) {
      const expected = name === winners[0] ? name : undefined;
      expect([await bound(`${name}-own`), await bound(`${name}-after`)]).toEqual([expected, expected]);
    }
  });

  test.each([
    ['[LIFE-4] a group that is not assignable', { groups: ['billing'] }, 'group_not_assignable'],
    [
      'an issuer that the catalog does not have',
      { bindings: [{ issuer: 'https://evil.dev', subject: 'x' }] },
      'agent_malformed',
    ],
    ['no binding', { bindings: [] }, 'agent_malformed'],
    [
      'one identity twice',
      { bindings: [1, 2].map(() => ({ issuer: issuer.issuer, subject: 'twice' })) },
      'agent_malformed',
    ],
    ['an environment without tasks', { environment: 'moon' }, 'agent_malformed'],
    ['[LIFE-7] a review further than 90 days away', { reviewBy: '2027-02-23' }, 'agent_malformed'],
    ['a review that is past', { reviewBy: '2026-11-23' }, 'agent_malformed'],
    ['a member nobody knows', { status: 'active' }, 'agent_malformed'],
    ['a hostile name', { id: 'a#b' }, 'agent_malformed'],
    ['control characters', { purpose: 'a\u0000b' }, 'agent_malformed'],
    ['a name of the catalog', { id: 'from-catalog' }, 'agent_exists'],
  ])('%s is refused before anything is written', async (_, changes, code) => {
    const given = registration('never', ['never-1'], changes);
    expect((await refusalOf(register(given))).code).toBe(code);
    expect(await row('never')).toBeUndefined();
  });

  test('what is misspelt in it is named', async () => {
    const misspelt = registration('never', ['never-1'], { purpos: 'x' });
    expect((await refusalOf(register(misspelt))).members).toEqual({
      where: 'purpos',
      problem: 'no such member',
    });
    const nested = registration('never', [], {
      bindings: [{ issuer: issuer.issuer, subject: 'x', claim: {} }],
    });
    expect((await refusalOf(register(nested))).members).toEqual({
      where: 'bindings.0.claim',
      problem: 'no such member',
    });
  });

  test.each([
    ['environment', { environment: 'moon' }, /^no task has it; tasks have dev, prod$/],
    ['id', { id: 'Never' }, /lower-case letters/],
    ['purpose', { purpose: undefined }, /^missing$/],
    ['purpose', { purpose: 7 }, /^not of the type string$/],
    ['bindings.0.issuer', { bindings: [{ issuer: 'github', subject: 's' }] }, /^no address of an issuer/],
    ['reviewBy', { reviewBy: '2030-01-01' }, /to 2027-02-22, at most 90 days ahead$/],
  ])('[LIFE-25] what is wrong with %s is said by its rule', async (where, changes, problem) => {
    const refusal = await refusalOf(register(registration('never', ['never-1'], changes)));
    expect(refusal.members).toEqual({ where, problem: expect.stringMatching(problem) });
  });

  test('[LIFE-25] of what is no object it is said, and no place named', async () => {
    const list = [] as unknown as ReturnType<typeof registration>;
    expect((await refusalOf(register(list))).members).toEqual({ problem: 'not of the type object' });
  });

  test('[LIFE-5] that broke off is finished by its repetition, and gave nothing until then', async () => {
    let left = 1;
    const dying: AgentBook = {
      ...agents,
      claim: (agent, binding) =>
        left-- > 0 ? agents.claim(agent, binding) : Promise.reject(new Error('died')),
    };
    await expect(register(registration('broken', ['b-1', 'b-2']), ORDER, dying)).rejects.toThrow('died');
    expect((await registry().findAgent('broken'))?.status).toBe('proposed');
    expect((await refusalOf(register(registration('broken', ['other'])))).code).toBe('agent_exists');
    expect(await register(registration('broken', ['b-1', 'b-2']))).toMatchObject({ status: 'active' });
    expect([await bound('b-1'), await bound('b-2')]).toEqual(['broken', 'broken']);
  });

  test('[LIFE-5] the same order once more, as after a lost answer, changes nothing', async () => {
    const asked = registration('twice', ['tw-1', 'tw-2']);
    await register(asked);
    const before = await row('twice');
    expect(await register(asked)).toMatchObject({ id: 'twice', status: 'active' });
    expect(await row('twice')).toEqual(before);
  });

  test.each<[string, object, Partial<Order>]>([
    ['of another person', {}, { by: { ...OLGA, subject: 'omar' } }],
    ['for another reason', {}, { reason: 'another quarter' }],
    ['for other identities', { bindings: [{ issuer: issuer.issuer, subject: 'tk-2' }] }, {}],
    ['for another owner', { owner: { issuer: 'https://login.acme.dev', subject: 'ben' } }, {}],
  ])('[LIFE-5] an order %s finds the name taken', async (_, changes, order) => {
    await register(registration('taken', ['tk-1'])).catch(() => undefined);
    const asked = registration('taken', ['tk-1'], changes);
    expect((await refusalOf(register(asked, { ...ORDER, ...order }))).code).toBe('agent_exists');
  });

  test.each(['suspend', 'retire'] as const)(
    '[LIFE-5] a registration repeated after a %s does not bring the agent back',
    async (act) => {
      const asked = registration(`after-${act}`, [`${act}-1`]);
      await register(asked);
      await moveAgent({ agents }, { id: `after-${act}`, act, order: ORDER }, moment);
      expect((await refusalOf(register(asked))).code).toBe('agent_exists');
    },
  );

  test('[LIFE-5] a registration repeated after people resumed the agent finds the name taken', async () => {
    const asked = registration('resumed', ['rs-1']);
    await register(asked);
    for (const act of ['suspend', 'resume'] as const)
      await moveAgent({ agents }, { id: 'resumed', act, order: ORDER }, moment);
    expect((await refusalOf(register(asked))).code).toBe('agent_exists');
  });

  test('[LIFE-6] without a reason is none', async () => {
    const refusal = await refusalOf(register(registration('silent', ['s-1']), { by: OLGA, reason: '  ' }));
    expect(refusal.code).toBe('reason_missing');
    expect(await row('silent')).toBeUndefined();
  });
});

describe('changes', () => {
  test('[LIFE-7] a review moves the date and records who looked, why, and the evidence', async () => {
    await register(registration('reviewed', ['v-1'], { reviewBy: '2026-12-01' }));
    await reviewAsShown({ agents, catalog }, { id: 'reviewed', evidenceId: 'evidence-1' }, moment);
    expect((await row('reviewed'))?.['event'].facts).toMatchObject({
      signed: true,
      evidenceId: 'evidence-1',
      before: '2026-12-01',
    });
    expect(await registry().findAgent('reviewed')).toMatchObject({
      reviewBy: '2027-02-22',
      review: { by: OLGA, reason: ORDER.reason, at: NOW, evidenceId: 'evidence-1' },
    });
    const tooFar = reviewAsShown({ agents, catalog }, { id: 'reviewed', reviewBy: '2028-01-01' }, moment);
    expect((await refusalOf(tooFar)).code).toBe('agent_malformed');
  });

  test('[LIFE-24] a review is of what was shown: of an agent or a catalog that changed since it is refused', async () => {
    const shown = await register(registration('shown', ['sh-1']));
    const digest = reviewDigest(shown, catalog);
    const confirm = (under: Catalog) =>
      confirmReview({ agents, catalog: under }, { id: 'shown', order: ORDER, reviewDigest: digest }, moment);
    expect((await refusalOf(confirm({ ...catalog, digest: 'sha256:another' }))).code).toBe('agent_changed');
    await updateAgent(
      { agents, catalog },
      { id: 'shown', purpose: 'other', order: ORDER, mayWiden: false },
      moment,
    );
    expect((await refusalOf(confirm(catalog))).code).toBe('agent_changed');
    await reviewAsShown({ agents, catalog }, { id: 'shown' }, moment);
    expect((await registry().findAgent('shown'))?.review).not.toHaveProperty('evidenceId');
    expect((await row('shown'))?.['event'].facts).toMatchObject({ signed: false });
  });

  test('[LIFE-8] a sync leaves a new owner and review date until the catalog changes, and shows the difference', async () => {
    const writer = createRegistryWriter({ client: tables.client, table: TABLES.registry });
    await syncAgents(writer, catalog);
    const owner = { issuer: 'https://login.acme.dev', subject: 'ben' };
    await transferAgent(
      { agents, peopleIssuer: PEOPLE_ISSUER },
      { id: 'from-catalog', owner, order: ORDER },
      moment,
    );
    await syncAgents(writer, catalog);
    const kept = await registry().findAgent('from-catalog');
    expect(kept?.owner).toEqual(owner);
    expect(kept && driftOf(kept, catalogued)).toEqual(['owner']);
    const changed = { ...catalog, agents: [{ ...catalogued, purpose: 'other statements' }] };
    await moveAgent({ agents }, { id: 'from-catalog', act: 'suspend', order: ORDER }, moment);
    await syncAgents(writer, changed);
    expect(await registry().findAgent('from-catalog')).toMatchObject({
      owner: { subject: 'ada' },
      purpose: 'other statements',
      status: 'suspended',
    });
  });

  test.each([
    ['no address', { issuer: 'acme', subject: 'ben' }, 'owner.issuer'],
    ['of another provider', { issuer: 'https://login.other.dev', subject: 'ben' }, 'owner.issuer'],
    ['with a slash more', { issuer: 'https://login.acme.dev/', subject: 'ben' }, 'owner.issuer'],
    ['with the host in capitals', { issuer: 'https://LOGIN.acme.dev', subject: 'ben' }, 'owner.issuer'],
    ['with the port', { issuer: 'https://login.acme.dev:443', subject: 'ben' }, 'owner.issuer'],
    ['without an issuer', { subject: 'ben' }, 'owner.issuer'],
    ['an e-mail address', { issuer: 'https://login.acme.dev', subject: 'ben@acme.dev' }, 'owner.subject'],
    ['a line break', { issuer: 'https://login.acme.dev', subject: 'ben\r\nada' }, 'owner.subject'],
    ['half a character', { issuer: 'https://login.acme.dev', subject: '\ud800' }, 'owner.subject'],
  ])('[LIFE-22] [LIFE-25] an owner nobody can be is refused: %s', async (_, owner, where) => {
    const asked = { id: 'from-catalog', owner, order: ORDER };
    const tries = [
      transferAgent({ agents, peopleIssuer: PEOPLE_ISSUER }, asked, moment),
      register(registration('strangely-owned', ['s-1'], { owner })),
    ];
    for (const refusal of await Promise.all(tries.map(refusalOf)))
      expect([refusal.code, refusal.members]).toEqual([
        'agent_malformed',
        { where, problem: expect.any(String) },
      ]);
    expect([await bound('s-1'), await row('strangely-owned')]).toEqual([undefined, undefined]);
  });

  test('what the catalog says is changed in the catalog', async () => {
    const update = updateAgent(
      { agents, catalog },
      { id: 'from-catalog', purpose: 'x', order: ORDER, mayWiden: true },
      moment,
    );
    expect((await refusalOf(update)).code).toBe('agent_catalogued');
  });

  test('[LIFE-4] an update gives no group that a registration could not', async () => {
    await register(registration('updated', ['u-1']));
    const ask = (groups: string[]) =>
      updateAgent({ agents, catalog }, { id: 'updated', groups, order: ORDER, mayWiden: true }, moment).catch(
        (error) => error.code,
      );
    expect(await ask(['billing'])).toBe('group_not_assignable');
    expect(await ask([])).toMatchObject({ groups: [], status: 'active' });
  });

  test('[LIFE-13] a retired agent keeps its identities from others, and changes no more', async () => {
    await register(registration('gone', ['g-1']));
    await moveAgent({ agents }, { id: 'gone', act: 'retire', order: ORDER }, moment);
    expect((await refusalOf(register(registration('heir', ['g-1'])))).code).toBe('binding_taken');
    expect((await refusalOf(register(registration('gone', ['g-2'])))).code).toBe('agent_exists');
    const owner = OLGA;
    expect(
      (
        await refusalOf(
          transferAgent({ agents, peopleIssuer: PEOPLE_ISSUER }, { id: 'gone', owner, order: ORDER }, moment),
        )
      ).code,
    ).toBe('move_illegal');
    const resume = moveAgent({ agents }, { id: 'gone', act: 'resume', order: ORDER }, moment);
    expect(await refusalOf(resume)).toMatchObject({ code: 'move_illegal', members: { status: 'retired' } });
  });
});
