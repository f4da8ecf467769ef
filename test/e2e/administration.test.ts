// People administer agents in local mode, over HTTP and with passkeys: an agent's whole life, and a kill that its holder
// feels at once.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { peopleIssuerUrl } from '../../src/adapters/local/people-issuer.ts';
import { askForInvoices } from '../support/invoices.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type LocalPeople, type LocalPerson, peopleOf } from '../support/local-people.ts';

/** Each stop waits for what was under way: 11 s of real time. */
const SLOW_MS = 90_000;

let local: Local;
let people: LocalPeople;
let olga: LocalPerson;
let dora: LocalPerson;
beforeAll(async () => {
  local = await startLocal();
  people = peopleOf(local);
  olga = await people.enrol('olga');
  dora = await people.administrator();
}, SLOW_MS);
afterAll(() => local.close());

const reason = 'a test of the console';
const shown = async (id: string) => (await people.get(`/api/agents/${id}`, olga.token)).body;

const running = () => askForInvoices(local);

async function register() {
  const agent = {
    id: 'reporter',
    owner: { issuer: peopleIssuerUrl(local.brokerUrl), subject: 'ada' },
    purpose: 'reports',
    environment: local.catalog.tasks[0]?.environment,
    groups: [],
    bindings: [
      {
        issuer: local.catalog.issuers.find(({ name }) => name === 'demo')?.issuer,
        subject: 'agent:reporter',
      },
    ],
  };
  const body = { act: 'agent.register', target: 'reporter', reason, details: { agent } };
  expect(await people.call('/api/acts', olga.token, body)).toMatchObject({
    status: 200,
    body: { done: true, result: { status: 'proposed' } },
  });
}

test(
  '[PAPI-16] an agent is registered, activated, suspended and retired; a kill stops another at once',
  async () => {
    await register();
    const before = await shown('reporter');
    expect(before).toMatchObject({ agent: { status: 'proposed' }, drift: ['not in the catalog'] });
    const activate = { act: 'agent.resume', target: 'reporter', reason };
    const details = { agentDigest: before['agentDigest'] };
    expect((await people.actSigned(olga, { ...activate, details })).body['code']).toBe('role_missing');
    expect(await people.actSigned(dora, { ...activate, details })).toMatchObject({
      body: { done: true, result: { status: 'active' } },
    });

    const { client, grant } = await running();
    const [suspended, killed] = await Promise.all([
      people.call('/api/acts', olga.token, { act: 'agent.suspend', target: 'reporter', reason }),
      people.actSigned(olga, { act: 'agent.kill', target: 'billing-agent', reason }),
    ]);
    expect(suspended).toMatchObject({ status: 200, body: { done: true, result: { ended: 0 } } });
    expect(killed).toMatchObject({ status: 200, body: { done: true, result: { ended: 1 } } });
    await expect(client.renew(grant)).rejects.toMatchObject({ code: 'agent_inactive' });
    const { killId } = (killed.body as { result: { killId: string } }).result;
    const progress = await people.get(`/api/acts/progress?killId=${encodeURIComponent(killId)}`, olga.token);
    expect(progress).toMatchObject({ status: 200, body: { done: false, result: { killId, ended: 1 } } });

    const retired = await people.actSigned(dora, { act: 'agent.retire', target: 'reporter', reason });
    expect(retired).toMatchObject({ status: 200, body: { done: true } });
    expect(await shown('reporter')).toMatchObject({
      agent: { status: 'retired' },
      story: [{ what: 'retired', by: { name: 'Dora (identity)' }, reason }],
    });
    expect(await shown('billing-agent')).toMatchObject({
      agent: { status: 'suspended' },
      tasks: expect.arrayContaining([
        expect.objectContaining({ task: 'export-invoices', ruling: 'allowed' }),
        expect.objectContaining({ task: 'refund-customer', ruling: 'depends' }),
      ]),
    });
  },
  SLOW_MS,
);

test('[PAPI-18] the overview counts what there is, and an owner sees the own agents alone', async () => {
  const overview = await people.get('/api/overview?days=7', olga.token);
  expect(overview).toMatchObject({
    status: 200,
    body: { now: { agents: { suspended: 1, retired: 1 } }, grantsPerDay: expect.any(Array) },
  });
  const ada = await people.enrol('ada');
  const eve = await people.enrol('eve');
  expect((await people.get('/api/agents/billing-agent', ada.token)).status).toBe(200);
  expect((await people.get('/api/agents/billing-agent', eve.token)).body['code']).toBe('agent_not_found');
  expect((await people.get('/api/agents', eve.token)).body).toEqual({ agents: [] });
});
