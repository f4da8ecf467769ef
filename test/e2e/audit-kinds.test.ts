// Every kind of event, made by the act that it tells of in local mode, and held against the schemas that readers have.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQuestionPorts } from '../../cli/question-ports.ts';
import { brokerFor } from '../../cli/story/stage.ts';
import { peopleIssuerUrl } from '../../src/adapters/local/people-issuer.ts';
import { readCheckpoints, readTrail } from '../../src/core/audit/read-trail.ts';
import type { TrailRecord } from '../../src/core/audit/record.ts';
import { SHIPPED } from '../support/catalog-directory.ts';
import { flawsFor } from '../support/cloud-events.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type LocalPeople, type LocalPerson, peopleOf } from '../support/local-people.ts';
import { refundAgent } from '../support/refund-request.ts';

/** Each stop waits for what was under way: 11 s of real time. */
const SLOW_MS = 180_000;
const reason = 'every kind once';
const home = mkdtempSync(join(tmpdir(), 'remit-kinds-'));
let local: Local;
let people: LocalPeople;
let dora: LocalPerson;
let olga: LocalPerson;
let ben: LocalPerson;

beforeAll(async () => {
  const catalogDirectory = join(home, 'catalog');
  cpSync(SHIPPED, catalogDirectory, { recursive: true });
  const file = join(catalogDirectory, 'tasks/export-invoices.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}budget: { concurrent: 2 }\n`);
  local = await startLocal({ catalogDirectory, keptIn: home });
  people = peopleOf(local);
  dora = await people.administrator();
  [olga, ben] = [await people.enrol('olga'), await people.enrol('ben')];
  local.clock.forward(1);
}, SLOW_MS);
afterAll(async () => {
  await local?.close();
  rmSync(home, { recursive: true });
});

async function trail() {
  const ports = { broker: local.brokerUrl, catalog: 'nowhere', partition: 'aws', prefix: 'remit' };
  const { trail: reader } = await openQuestionPorts(ports);
  if (reader === undefined) throw new Error('local mode tells no trail');
  return reader;
}

async function records(): Promise<TrailRecord[]> {
  const found: TrailRecord[] = [];
  for await (const record of readTrail(await trail())) found.push(record);
  return found;
}

const act = async (name: string, target: string, details?: object) => {
  const body = { act: name, target, reason, ...(details && { details }) };
  const answer = await people.call('/api/acts', olga.token, body);
  expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBe(200);
};
const signed = async (name: string, target: string, details?: object) => {
  const answer = await people.actSigned(dora, { act: name, target, reason, ...(details && { details }) });
  expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBe(200);
};
const told = async (path: string) => (await people.get(path, dora.token)).body;

/** Grants: had, renewed, completed, over, refused for the budget, decided on, killed. */
async function agentsWork() {
  const client = brokerFor(local, 'billing-agent');
  const asked = {
    task: 'export-invoices',
    parameters: { customer: 'cus_12345678', month: '2026-10' },
    purpose: 'statement',
  };
  const [one, two] = [await client.request(asked), await client.request(asked)];
  if (one.kind !== 'granted' || two.kind !== 'granted') throw new Error('the example catalog allows this');
  await expect(client.request(asked)).rejects.toMatchObject({ code: 'budget_exceeded' });
  local.clock.forward(10);
  await client.renew(one.grant);
  await client.complete(one.grant);
  await act('grant.kill', two.grant.grantId);
  const refunds = refundAgent(local);
  for (const decision of ['approve', 'deny']) {
    const { grantId, handle } = await refunds.ask();
    const wanted = { decision, ...(decision === 'deny' && { reason }) };
    expect((await people.decide(ben, grantId, wanted)).status).toBe(200);
    await refunds.poll(handle);
  }
}

const DEMO = () => local.catalog.issuers.find(({ name }) => name === 'demo')?.issuer;

/** An agent from its registration to its proof. */
async function agentLives() {
  const agent = {
    id: 'reporter',
    owner: { issuer: peopleIssuerUrl(local.brokerUrl), subject: 'ada' },
    purpose: 'reports',
    environment: local.catalog.tasks[0]?.environment,
    groups: [],
    bindings: [{ issuer: DEMO(), subject: 'agent:reporter' }],
  };
  await act('agent.register', 'reporter', { agent });
  const other = { ...agent, id: 'night-agent', bindings: [{ issuer: DEMO(), subject: 'agent:night' }] };
  const answer = await fetch(new URL('/dev/admin', local.brokerUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: 'agents.register', agent: other, reason }),
  });
  expect(answer.status, await answer.text()).toBe(200);
  await act('agent.update', 'reporter', { purpose: 'monthly reports' });
  const { agentDigest } = await told('/api/agents/reporter');
  await signed('agent.resume', 'reporter', { agentDigest });
  await signed('agent.bind', 'reporter', { addBindings: [{ issuer: DEMO(), subject: 'agent:reporter-2' }] });
  await act('agent.suspend', 'reporter');
  const { agentDigest: later } = await told('/api/agents/reporter');
  await signed('agent.resume', 'reporter', { agentDigest: later });
  const { person } = (await told('/api/me')) as { person: { issuer: string; subject: string } };
  await signed('agent.transfer', 'reporter', { owner: person });
  const { reviewDigest } = await told('/api/reviews/reporter');
  await signed('review.confirm', 'reporter', { reviewDigest });
  await signed('agent.retire', 'reporter');
}

/** Each kind of stop, and its end. */
async function peopleStop() {
  await signed('task.kill', 'publish-release-notes');
  await signed('task.restore', 'publish-release-notes');
  await signed('stop.everything', 'everything');
  await signed('everything.restore', 'everything');
}

/** A kill is settled, a grant is over and a proof is made when their time has come. */
async function timePasses() {
  // its time is counted from the first look at the proof on; SDK clients tolerate no more than 15 minutes
  await people.call('/api/agents/reporter/proof', dora.token, {});
  local.clock.forward(8 * 60);
  await local.sweep();
  await expect
    .poll(
      async () => {
        await people.call('/api/agents/reporter/proof', dora.token, {});
        const told = new Set((await records()).map(({ event }) => event.type));
        return KINDS.filter((kind) => !told.has(kind));
      },
      { timeout: 60_000, interval: 2000 },
    )
    .toEqual([]);
}

/** By type, what the page says of its facts. */
const FACTS = new Map(
  [
    ...readFileSync('docs/audit.md', 'utf8').matchAll(/^\| (`[^|]*\.[^|]*`) \| (`[^|]*) \|([^|]*)\|$/gm),
  ].flatMap(([, types = '', always = '', sometimes = '']) =>
    names(types).map((type) => [type, { always: names(always), sometimes: names(sometimes) }] as const),
  ),
);
const factsKey = (type: string) => type.replace('remit.', '').replace(/^.*\.refused$/, '<operation>.refused');

function names(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** What must have been told, by kind. */
const KINDS = [
  ...['grant.reserved', 'grant.pending', 'lease.begun', 'lease.issued', 'grant.ended', 'approval.recorded'],
  ...['passkey.enrolled', 'passkey.confirmed'],
  ...['agent.catalogued', 'agent.registered', 'agent.updated', 'agent.activated', 'agent.suspended'],
  ...['agent.resumed', 'agent.transferred', 'agent.reviewed', 'agent.retired', 'agent.proven'],
  ...['kill.ordered', 'kill.settled', 'stop.ordered', 'stop.lifted', 'token.refused'],
].map((type) => `remit.${type}`);

test(
  '[AUDIT-55] each kind of act is told, as CloudEvents 1.0, the published schemas and the page have it',
  async () => {
    await agentsWork();
    await agentLives();
    await peopleStop();
    await timePasses();
    const all = await records();
    for (const record of all) {
      const { event } = record;
      expect(flawsFor('CloudEvents', event), event.type).toEqual([]);
      expect(flawsFor('event', event), event.type).toEqual([]);
      expect(flawsFor('record', record), event.type).toEqual([]);
      expect(event.data['requestId'], event.type).toEqual(expect.any(String));
    }
    expect(new Set(all.map(({ event }) => event.id)).size).toBe(all.length);
    const refused = all.filter(({ event }) => event.type === 'remit.token.refused');
    expect(refused.map(({ event: { data } }) => [data['code'], data['agent']])).toContainEqual([
      'budget_exceeded',
      'billing-agent',
    ]);
    for await (const { text } of readCheckpoints(await trail()))
      expect(flawsFor('checkpoint', JSON.parse(text))).toEqual([]);
    for (const { event } of all) {
      const { always, sometimes } = FACTS.get(factsKey(event.type)) ?? { always: ['no row'], sometimes: [] };
      const told = Object.keys(event.data).filter((name) => name !== 'requestId');
      expect(
        always.filter((name) => !told.includes(name)),
        event.type,
      ).toEqual([]);
      expect(
        told.filter((name) => ![...always, ...sometimes].includes(name)),
        event.type,
      ).toEqual([]);
    }
    const decisions = all.filter(({ event }) => event.type === 'remit.approval.recorded');
    expect(decisions.map(({ event: { data } }) => [data['decision'], data['reason']])).toEqual(
      expect.arrayContaining([
        ['approve', undefined],
        ['deny', reason],
      ]),
    );
    // whoever reads about the trail finds each kind named
    const page = readFileSync('docs/audit.md', 'utf8');
    const named = (type: string) =>
      page.includes(`\`${type.replace('remit.', '')}\``) || type.endsWith('.refused');
    expect([...new Set(all.map(({ event }) => event.type))].filter((type) => !named(type))).toEqual([]);
    for (const { event } of all.filter(({ event: { type } }) => /\.(agent|kill|stop)\./.test(`.${type}`)))
      expect(
        Object.keys(event.data).some((name) => name.startsWith('actor')),
        event.type,
      ).toBe(true);
  },
  SLOW_MS,
);

test('[AUDIT-55] what is no event is found by each of the schemas', async () => {
  const [record] = await records();
  if (record === undefined) throw new Error('the trail is empty');
  const { event } = record;
  const { id: _, ...nameless } = event;
  expect(flawsFor('CloudEvents', nameless)).not.toEqual([]);
  expect(flawsFor('CloudEvents', { ...event, requestId: 'beside the data' })).not.toEqual([]);
  expect(flawsFor('event', { ...event, source: 'urn:somebody' })).not.toEqual([]);
  expect(flawsFor('event', { ...event, data: { nested: {} } })).not.toEqual([]);
  expect(flawsFor('record', { ...record, hash: 'none' })).not.toEqual([]);
  expect(flawsFor('record', { ...record, event: { ...event, type: 'remit' } })).not.toEqual([]);
});
