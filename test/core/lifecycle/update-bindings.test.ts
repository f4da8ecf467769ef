// Identities that an agent gains and gives up after its registration, broken off at every step.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { createRegistry } from '../../../src/adapters/aws/registry-table.ts';
import { type AgentUpdate, updateAgent } from '../../../src/core/lifecycle/change.ts';
import { moveAgent } from '../../../src/core/lifecycle/move.ts';
import type { AgentBook } from '../../../src/core/lifecycle/ports.ts';
import { registerAgent } from '../../../src/core/lifecycle/register.ts';
import type { Catalog, Issuer } from '../../../src/core/model.ts';
import { sampleCatalog } from '../../support/catalog.ts';
import { NOW, sampleEvent } from '../../support/grant.ts';
import { ORDER } from '../../support/orders.ts';
import { PEOPLE_ISSUER } from '../../support/people.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const catalog: Catalog = sampleCatalog({ issuers: [issuer], agents: [] });
const moment = { at: NOW, requestId: 'request-1' };
const of = (...subjects: string[]) => subjects.map((subject) => ({ issuer: issuer.issuer, subject }));

let tables: Tables;
let agents: AgentBook;
beforeAll(async () => {
  tables = await startTables();
  agents = createAgentBook({ client: tables.client, table: TABLES.registry });
});
afterAll(() => tables.close());

async function register(id: string, ...subjects: string[]): Promise<void> {
  const registration = {
    id,
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    purpose: 'reports',
    environment: 'prod',
    groups: [],
    bindings: of(...subjects),
  };
  await registerAgent(
    { agents, catalog, peopleIssuer: PEOPLE_ISSUER },
    { registration, order: ORDER, activate: true },
    moment,
  );
}
const update = (id: string, changes: AgentUpdate, book = agents) =>
  updateAgent({ agents: book, catalog }, { id, order: ORDER, mayWiden: true, ...changes }, moment);
const holderOf = async (subject: string) =>
  (
    await createRegistry({ client: tables.client, table: TABLES.registry }).findWorkload(
      issuer.issuer,
      subject,
    )
  )?.agent;
const named = async (id: string) =>
  ((await agents.find(id))?.agent.bindings ?? []).map(({ subject }) => subject).sort();

test('[LIFE-14] an update swaps one identity for another', async () => {
  await register('swapped', 'sw-old');
  await update('swapped', { addBindings: of('sw-new'), removeBindings: of('sw-old') });
  expect([await named('swapped'), await holderOf('sw-old'), await holderOf('sw-new')]).toEqual([
    ['sw-new'],
    undefined,
    'swapped',
  ]);
});

test('[LIFE-14] one of another agent is refused, and nothing has changed', async () => {
  await register('holder', 'held');
  await register('greedy', 'gr-1');
  const refusal = await refusalOf(
    update('greedy', { addBindings: of('gr-2', 'held'), removeBindings: of('gr-1') }),
  );
  expect(refusal.code).toBe('binding_taken');
  expect(await named('greedy')).toEqual(['gr-1']);
  expect([await holderOf('gr-1'), await holderOf('gr-2'), await holderOf('held')]).toEqual([
    'greedy',
    undefined,
    'holder',
  ]);
});

test('[LIFE-14] the last identity stays, one of a foreign issuer is refused, and so are other claims of the same', async () => {
  await register('kept', 'ke-1');
  expect((await refusalOf(update('kept', { removeBindings: of('ke-1') }))).code).toBe('agent_malformed');
  const foreign = [{ issuer: 'https://evil.example', subject: 'x' }];
  expect((await refusalOf(update('kept', { addBindings: foreign }))).code).toBe('agent_malformed');
  const claimed = [{ issuer: issuer.issuer, subject: 'ke-1', claims: { a: 'b' } }];
  expect((await refusalOf(update('kept', { addBindings: claimed }))).code).toBe('agent_malformed');
  expect(await holderOf('ke-1')).toBe('kept');
});

test('[LIFE-14] broken off anywhere, nothing is gained unnamed or free while it is named; its repetition finishes it', async () => {
  const writes = ['change', 'claim', 'release'] as const;
  for (let crashAt = 1; crashAt <= 4; crashAt += 1) {
    const id = `crash-${crashAt}`;
    const [old, fresh] = [`${id}-old`, `${id}-new`];
    await register(id, old);
    let count = 0;
    const failing = { ...agents };
    for (const name of writes)
      Object.assign(failing, {
        [name]: (...args: never[]) => {
          count += 1;
          if (count === crashAt) throw new Error('gone');
          return (agents[name] as (...given: never[]) => unknown)(...args);
        },
      });
    const change = { addBindings: of(fresh), removeBindings: of(old) };
    await expect(update(id, change, failing)).rejects.toThrow('gone');
    // of what it holds and does not name nothing works ([LIFE-20]); what it gives up is nobody's only once it is not named
    if ((await holderOf(fresh)) === id) expect(await named(id)).toContain(fresh);
    if ((await holderOf(old)) !== id) expect(await named(id)).not.toContain(old);
    await update(id, change);
    expect([await named(id), await holderOf(old), await holderOf(fresh)]).toEqual([[fresh], undefined, id]);
  }
});

test('[LIFE-13] a retirement that comes between keeps every identity that its row names', async () => {
  for (const before of ['change', 'claim', 'release'] as const) {
    const id = `retired-at-${before}`;
    const [old, fresh] = [`${id}-old`, `${id}-new`];
    await register(id, old, `${id}-other`);
    let isRetired = false;
    const meanwhile = {
      ...agents,
      [before]: async (...args: never[]) => {
        if (!isRetired) await moveAgent({ agents }, { id, act: 'retire', order: ORDER }, moment);
        isRetired = true;
        return (agents[before] as (...given: never[]) => unknown)(...args);
      },
    };
    await update(id, { addBindings: of(fresh), removeBindings: of(old) }, meanwhile).catch(() => undefined);
    for (const subject of await named(id)) expect(await holderOf(subject), `${before} ${subject}`).toBe(id);
  }
});

test('[LIFE-13] a retired agent gains and gives up nothing', async () => {
  await register('retired-one', 're-1', 're-2');
  await moveAgent({ agents }, { id: 'retired-one', act: 'retire', order: ORDER }, moment);
  const change = update('retired-one', { removeBindings: of('re-1') });
  expect((await refusalOf(change)).code).toBe('move_illegal');
  expect(await holderOf('re-1')).toBe('retired-one');
});

test('[LIFE-22] an agent of before whose owner is named by an e-mail address still loses identities', async () => {
  await register('mailed', 'mailed-1', 'mailed-2');
  const seen = await agents.find('mailed');
  if (seen === undefined) throw new Error('no agent');
  const owner = { issuer: PEOPLE_ISSUER, subject: 'ada@acme.dev' };
  expect(await agents.change(seen, { ...seen.agent, owner }, sampleEvent('agent.transferred'))).toBe(true);
  await update('mailed', { removeBindings: of('mailed-1') });
  expect([await named('mailed'), await holderOf('mailed-1')]).toEqual([['mailed-2'], undefined]);
});
