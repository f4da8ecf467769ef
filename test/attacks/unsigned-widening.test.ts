// An operator's ID token, and nothing else, is used to give an agent that was let act more than was signed for: in one
// act, hidden beside a harmless change, under the name of another act, and in the moment in which it begins.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { updateAgent } from '../../src/core/lifecycle/change.ts';
import { moveAgent } from '../../src/core/lifecycle/move.ts';
import type { AgentBook } from '../../src/core/lifecycle/ports.ts';
import { registerAgent } from '../../src/core/lifecycle/register.ts';
import type { Catalog, Issuer } from '../../src/core/model.ts';
import { actUnsigned } from '../../src/core/people/act.ts';
import { sampleCatalog } from '../support/catalog.ts';
import { NOW } from '../support/grant.ts';
import { ORDER } from '../support/orders.ts';
import { PEOPLE_ISSUER } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const groups = ['reporting', 'refunds'];
const catalog: Catalog = {
  ...sampleCatalog({ issuers: [issuer], agents: [] }),
  runtimeAssignableGroups: groups,
};
const FORBIDS = 'forbid (principal in Remit::Group::"reporting", action, resource);';
const moment = { at: NOW, requestId: 'request-1' };

let tables: Tables;
let agents: AgentBook;
beforeAll(async () => {
  tables = await startTables();
  agents = createAgentBook({ client: tables.client, table: TABLES.registry });
});
afterAll(() => tables.close());

async function register(id: string, activate: boolean): Promise<void> {
  const registration = {
    id,
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    purpose: 'reports',
    environment: 'prod',
    groups: ['reporting'],
    bindings: [{ issuer: issuer.issuer, subject: id }],
  };
  await registerAgent(
    { agents, catalog, peopleIssuer: PEOPLE_ISSUER },
    { registration, order: ORDER, activate },
    moment,
  );
}
const operator = { person: ORDER.by, groups: ['remit-operators'] };
const order = (act: string, target: string, details: object) =>
  actUnsigned(
    {
      agents,
      catalog,
      issuer: {
        roles: { viewer: [], operator: ['remit-operators'], administrator: ['remit-administrators'] },
      },
      clock: () => NOW,
      patience: async (work: Promise<unknown>) => work,
      kills: { find: async () => undefined },
    } as never,
    { act, target, reason: 'more work', details, person: operator, requestId: 'request-2' } as never,
  );

test('[LIFE-21] an agent is taken out of no group that a policy holds back, without a signature', async () => {
  await register('held-back', true);
  const forbids = { id: 'held', file: 'policies/held.cedar', text: FORBIDS };
  const held = { ...catalog, policies: [...catalog.policies, forbids] };
  const update = (mayWiden: boolean) =>
    updateAgent({ agents, catalog: held }, { id: 'held-back', order: ORDER, groups: [], mayWiden }, moment);
  expect((await refusalOf(update(false))).code).toBe('widening_unsigned');
  expect(await groupsOf('held-back')).toEqual(['reporting']);
  expect((await update(true)).groups).toEqual([]);
});

const groupsOf = async (id: string) => (await agents.find(id))?.agent.groups;

test.each(['active', 'suspended'] as const)(
  '[LIFE-21] an agent that is %s is given no group without a signature, not beside another change either',
  async (status) => {
    const id = `wide-${status}`;
    await register(id, true);
    if (status === 'suspended') await moveAgent({ agents }, { id, act: 'suspend', order: ORDER }, moment);
    for (const details of [
      { groups: ['reporting', 'refunds'] },
      { groups: ['refunds'] },
      { purpose: 'the same', groups: ['refunds'] },
    ])
      expect((await refusalOf(order('agent.update', id, details))).code).toBe('widening_unsigned');
    expect(await groupsOf(id)).toEqual(['reporting']);
    // the acts that give are an administrator's, and signed
    for (const act of ['agent.widen', 'agent.bind'])
      expect((await refusalOf(order(act, id, { addGroups: ['refunds'] }))).code).toMatch(
        /role_missing|body_malformed/,
      );
    const added = { addBindings: [{ issuer: issuer.issuer, subject: 'mine' }] };
    expect((await refusalOf(order('agent.update', id, added))).code).toBe('body_malformed');
    const bare = updateAgent({ agents, catalog }, { id, order: ORDER, mayWiden: false, ...added }, moment);
    expect((await refusalOf(bare)).code).toBe('widening_unsigned');
  },
);

test('[LIFE-21] to reword and to take away needs no signature; a proposed agent is given groups without one', async () => {
  await register('narrow', true);
  await order('agent.update', 'narrow', { purpose: 'monthly reports', groups: [] });
  expect(await groupsOf('narrow')).toEqual([]);
  expect((await refusalOf(order('agent.update', 'narrow', { groups: ['reporting'] }))).code).toBe(
    'widening_unsigned',
  );
  await register('begins', false);
  await order('agent.update', 'begins', { groups: ['reporting', 'refunds'] });
  expect(await groupsOf('begins')).toEqual(groups);
});

test('[LIFE-21] one that is proposed when it is looked at and active when it is written is not changed', async () => {
  await register('racing', false);
  const slow: AgentBook = {
    ...agents,
    async change(...write) {
      await moveAgent({ agents }, { id: 'racing', act: 'resume', order: ORDER }, moment);
      return agents.change(...write);
    },
  };
  const asked = { id: 'racing', groups: ['refunds'], order: ORDER, mayWiden: false };
  expect((await refusalOf(updateAgent({ agents: slow, catalog }, asked, moment))).code).toBe('agent_changed');
  expect((await agents.find('racing'))?.agent).toMatchObject({ status: 'active', groups: ['reporting'] });
});

test('[LIFE-21] a signature gives the groups that it names beside those of now, and only assignable ones', async () => {
  await register('widened', true);
  const asked = { id: 'widened', order: ORDER, mayWiden: true };
  await updateAgent({ agents, catalog }, { ...asked, addGroups: ['refunds'] }, moment);
  expect(await groupsOf('widened')).toEqual(groups);
  const foreign = updateAgent({ agents, catalog }, { ...asked, addGroups: ['admins'] }, moment);
  expect((await refusalOf(foreign)).code).toBe('group_not_assignable');
});
