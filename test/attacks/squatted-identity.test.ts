// An operator registers an agent under the identity of one that is about to come into the catalog: the deployment must
// go through. Nor may a deployment take an identity from an agent that somebody has let act, however close the two come.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { moveAgent } from '../../src/core/lifecycle/move.ts';
import { registerAgent } from '../../src/core/lifecycle/register.ts';
import { syncAgents } from '../../src/core/lifecycle/sync-agents.ts';
import type { Issuer } from '../../src/core/model.ts';
import type { RegistryWriter } from '../../src/core/ports.ts';
import { sampleAgent, sampleCatalog } from '../support/catalog.ts';
import { NOW } from '../support/grant.ts';
import { ORDER } from '../support/orders.ts';
import { PEOPLE_ISSUER } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { registryOn } from '../support/stores.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const moment = { at: NOW, requestId: 'request-1' };

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

/** `squat-<mark>` holds the identity that the catalog gives to `heir-<mark>`. */
async function squat(mark: string) {
  const { registry, writer } = registryOn(tables);
  const agents = createAgentBook({ client: tables.client, table: TABLES.registry });
  const id = `squat-${mark}`;
  const subjects = [`wanted-${mark}`, `other-${mark}`];
  const registration = {
    id,
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    purpose: 'reports',
    environment: 'prod',
    groups: [],
    bindings: subjects.map((subject) => ({ issuer: issuer.issuer, subject })),
  };
  const empty = sampleCatalog({ issuers: [issuer], agents: [] });
  await registerAgent(
    { agents, catalog: empty, peopleIssuer: PEOPLE_ISSUER },
    { registration, order: ORDER, activate: false },
    moment,
  );
  const heir = sampleAgent(issuer, `heir-${mark}`, `wanted-${mark}`);
  const catalog = sampleCatalog({ issuers: [issuer], agents: [heir] });
  return {
    id,
    agents,
    heir: heir.id,
    conflict: `${heir.id} ${issuer.issuer} wanted-${mark}`,
    sync: (over: Partial<RegistryWriter> = {}) => syncAgents({ ...writer, ...over }, catalog),
    writer,
    move: (act: 'resume' | 'suspend' | 'retire') => moveAgent({ agents }, { id, act, order: ORDER }, moment),
    holder: async () => (await registry.findWorkload(issuer.issuer, `wanted-${mark}`))?.agent,
    named: async () => (await agents.find(id))?.agent.bindings.map(({ subject }) => subject),
  };
}

test('[SYNC-9] a registration that was never let act keeps nothing from the catalog, and its other identity', async () => {
  const { sync, conflict, holder, named, heir } = await squat('idle');
  expect(await sync()).toMatchObject({ conflicts: [], reclaimed: [conflict] });
  expect([await holder(), await named()]).toEqual([heir, ['other-idle']]);
  expect(await sync()).toMatchObject({ conflicts: [], reclaimed: [] });
});

test.each([
  ['active', ['resume']],
  ['suspended', ['resume', 'suspend']],
  ['retired', ['retire']],
] as const)(
  '[SYNC-9] one that is %s keeps its identity, and the deployment says so',
  async (status, acts) => {
    const { sync, conflict, holder, move, id } = await squat(status);
    for (const act of acts) await move(act);
    expect(await sync()).toMatchObject({ conflicts: [conflict], reclaimed: [] });
    expect(await holder()).toBe(id);
  },
);

test('[SYNC-9] a deployment that broke off between the two writes is finished by the next', async () => {
  const { sync, writer, holder, named, heir } = await squat('broken');
  // the row gives the identity up, and the deployment is gone
  const client = tables.client;
  const send = client.send.bind(client);
  client.send = (async (command: {
    constructor: { name: string };
    input: { ExpressionAttributeValues?: object };
  }) => {
    if (':holder' in (command.input.ExpressionAttributeValues ?? {})) throw new Error('gone');
    return send(command as never);
  }) as never;
  await expect(sync()).rejects.toThrow();
  client.send = send as never;
  expect(await named()).toEqual(['other-broken']);
  expect(writer).toBeDefined();
  expect(await sync()).toMatchObject({ conflicts: [] });
  expect(await holder()).toBe(heir);
});

test('[SYNC-9] an activation and a deployment at once: one wins, and nobody acts under an identity it lost', async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 60; round += 1) {
    const { sync, holder, named, agents, id, heir } = await squat(`race-${round}`);
    const seen = await agents.find(id);
    if (seen === undefined) throw new Error('not registered');
    const event = { type: 'agent.activated', at: NOW, requestId: 'request-2', facts: {} };
    const activate = async () => {
      for (let turn = 0; turn < round % 24; turn += 1) await agents.find(id);
      return agents.change(seen, { ...seen.agent, status: 'active' }, event);
    };
    const [report, isActive] = await Promise.all([sync(), activate()]);
    const isBack = report.reclaimed.length === 1;
    expect(isActive).toBe(!isBack);
    expect(await holder()).toBe(isBack ? heir : id);
    expect((await named())?.includes(`wanted-race-${round}`)).toBe(!isBack);
    outcomes.add(isBack ? 'deployment' : 'activation');
  }
  expect([...outcomes].sort()).toEqual(['activation', 'deployment']);
});

test('[SYNC-9] whoever signs for the registration as it was shown is refused once it has lost the identity', async () => {
  const { sync, agents, id } = await squat('digest');
  const before = await agents.find(id);
  const { agentDigest } = await import('../../src/core/lifecycle/agent-digest.ts');
  const digest = before === undefined ? '' : agentDigest(before.agent);
  await sync();
  const move = moveAgent({ agents }, { id, act: 'resume', order: ORDER, agentDigest: digest }, moment);
  expect((await refusalOf(move)).code).toBe('agent_changed');
});
