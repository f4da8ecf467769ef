// Operators' orders in local mode: what the plane then lets a lease's holder do, and nobody else.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandName } from '../../src/adapters/http/admin-action.ts';
import { peopleIssuerUrl } from '../../src/adapters/local/people-issuer.ts';
import { runCli } from '../cli/run-cli.ts';
import { askForInvoices } from '../support/invoices.ts';
import { type Local, startLocal } from '../support/local.ts';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

const order = async (body: object, headers: Record<string, string> = {}) => {
  const answer = await fetch(new URL('/dev/admin', local.brokerUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const reason = 'a test of the switch';

const ask = () => askForInvoices(local);

test('[KILL-1] a killed grant gets no further lease, by the name of whoever signed the order', async () => {
  const { client, grant } = await ask();
  const { status, body } = await order({
    command: 'kill',
    scope: { kind: 'grant', id: grant.grantId },
    reason,
  });
  expect([status, body['ended']]).toEqual([200, 1]);
  local.clock.forward(40);
  await expect(client.renew(grant)).rejects.toMatchObject({ code: 'grant_ended' });
});

test('[LIFE-2] an agent is registered, shown and refused a group that is not assignable', async () => {
  const issuer = local.catalog.issuers.find(({ name }) => name === 'demo')?.issuer ?? '';
  const agent = {
    id: 'reporter',
    owner: { issuer: peopleIssuerUrl(local.brokerUrl), subject: 'ada' },
    purpose: 'reports',
    environment: local.catalog.tasks[0]?.environment,
    groups: [],
    bindings: [{ issuer, subject: 'agent:reporter' }],
  };
  expect((await order({ command: 'agents.register', agent, reason })).body).toMatchObject({
    status: 'active',
  });
  const shown = await order({ command: 'agents.show', id: 'reporter' });
  expect(shown.body).toMatchObject({
    agent: { lastChange: { by: { issuer: 'aws:iam' }, reason } },
    drift: ['not in the catalog'],
  });
  const greedy = { ...agent, id: 'greedy', groups: ['billing'] };
  const refused = await order({ command: 'agents.register', agent: greedy, reason });
  expect([refused.status, refused.body['code']]).toEqual([400, 'group_not_assignable']);
});

test('[KILL-11] a malformed order is refused, and one of another site is not even read', async () => {
  expect((await order({ command: 'kill', scope: { kind: 'moon' }, reason })).body['code']).toBe(
    'body_malformed',
  );
  const foreign = await order({ command: 'stops' }, { origin: 'https://evil.dev' });
  expect(foreign.status).toBe(403);
});

test('[KILL-1] the command line sends the same orders, and needs a reason', async () => {
  const { grant } = await ask();
  const env = { REMIT_BROKER: local.brokerUrl };
  const silent = await runCli(['kill', 'grant', grant.grantId], env);
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('--reason')]);
  expect(silent.stderr).toContain('(remit kill grant --help tells how it is used)');
  const killed = await runCli(['kill', 'grant', grant.grantId, '--reason', reason, '--json'], env);
  expect(JSON.parse(killed.stdout)).toMatchObject({ ended: 1, scope: { kind: 'grant', id: grant.grantId } });
  const again = await runCli(['kill', 'grant', grant.grantId, '--reason', reason], env);
  expect(again.stdout).toMatch(
    /^grant [A-Z0-9]{26} had ended before: killed\n {2}Nothing was open; nothing new is given\.\n/,
  );
  const kills = await runCli(['kill', 'list'], env);
  expect(kills.stdout).toMatch(/^KILLED +ORDERED +GRANTS +LEASES +DEAD/m);
  expect(kills.stdout).toContain(`grant ${grant.grantId}`);
  const listed = await runCli(['agents', 'list', '--status', 'active'], env);
  expect(listed.stdout).toMatch(/^AGENT +STATUS[\s\S]*\nbilling-agent +active/);
  const shown = await runCli(['agents', 'show', 'billing-agent'], env);
  expect(shown.stdout).toMatch(/^status +active$/m);
  const unknown = await runCli(['agents', 'show', 'nobody'], env);
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('agent_not_found')]);
});

const agentId = 'told-agent';
const owner = () => ({ issuer: peopleIssuerUrl(local.brokerUrl), subject: 'mallory' });
const SILENT = { id: 'silent-agent', purpose: 'Says nothing', environment: 'prod', groups: [] };
/** What each order is sent with, and whether it changes something; the type names them all. */
const IN_A_WEEK = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const ORDERS: Readonly<Record<CommandName, { readonly changes: boolean; readonly with: object }>> = {
  'agents.list': { changes: false, with: {} },
  'agents.show': { changes: false, with: { id: agentId } },
  'agents.proof': { changes: false, with: { id: agentId } },
  stops: { changes: false, with: {} },
  kills: { changes: false, with: {} },
  'agents.register': { changes: true, with: { agent: SILENT } },
  'agents.update': { changes: true, with: { id: agentId, purpose: 'changed' } },
  'agents.transfer': { changes: true, with: { id: agentId, owner: {} } },
  'agents.review': {
    changes: true,
    with: { id: agentId, reviewBy: IN_A_WEEK, reviewDigest: `sha256:${'0'.repeat(64)}` },
  },
  'agents.resume': { changes: true, with: { id: agentId } },
  'agents.suspend': { changes: true, with: { id: agentId } },
  'agents.retire': { changes: true, with: { id: agentId } },
  kill: { changes: true, with: { scope: { kind: 'everything' } } },
  lift: { changes: true, with: { scope: { kind: 'everything' } } },
};

test('[PAPI-24] every order that changes something is refused without a reason, and nothing has changed', async () => {
  const state = async () => {
    const { body } = await order({ command: 'agents.show', id: agentId });
    const { body: kills } = await order({ command: 'kills' });
    return [body['agent'], kills['stops'], kills['open']];
  };
  const issuer = local.catalog.issuers.find(({ name }) => name === 'demo')?.issuer;
  const bindings = [{ issuer, subject: 'silent' }];
  const agent = { ...SILENT, id: agentId, owner: owner(), bindings: [{ issuer, subject: 'told' }] };
  expect((await order({ command: 'agents.register', agent, reason })).status).toBe(200);
  const before = await state();
  const changing = Object.entries(ORDERS).filter(([, { changes }]) => changes);
  for (const [command, { with: asked }] of changing) {
    const members = {
      ...asked,
      ...('agent' in asked && { agent: { ...Object(asked.agent), owner: owner(), bindings } }),
      ...('owner' in asked && { owner: owner() }),
    };
    const none = await order({ command, ...members });
    expect([command, none.status, none.body['code']]).toEqual([command, 400, 'body_malformed']);
    for (const words of ['', ' \n ', 'x'.repeat(501), 'seen\u202e']) {
      const { status, body } = await order({ command, ...members, reason: words });
      expect([command, words, status, body['code']]).toEqual([command, words, 400, 'reason_missing']);
    }
  }
  expect(await state()).toEqual(before);
  expect((await order({ command: 'agents.show', id: 'silent-agent' })).body['code']).toBe('agent_not_found');
});
