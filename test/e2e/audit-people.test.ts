// What people do in local mode is in the trail: passkeys, approvals, denials; and polls are not.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordCells } from '../../cli/audit/records.ts';
import { openQuestionPorts } from '../../cli/question-ports.ts';
import { readTrail } from '../../src/core/audit/read-trail.ts';
import type { CloudEvent } from '../../src/core/audit/record.ts';
import { freshHome, runCli } from '../cli/run-cli.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type LocalPeople, type LocalPerson, peopleOf } from '../support/local-people.ts';
import { catalogOfTwo, refundAgent } from '../support/refund-request.ts';

const home = mkdtempSync(join(tmpdir(), 'remit-people-'));
const catalog = catalogOfTwo();
let local: Local;
let people: LocalPeople;
let [ben, chloe]: LocalPerson[] = [];

beforeAll(async () => {
  local = await startLocal({ catalogDirectory: catalog.directory, keptIn: home });
  people = peopleOf(local);
  [ben, chloe] = [await people.enrol('ben'), await people.enrol('chloe')];
  local.clock.forward(1);
}, 120_000);
afterAll(async () => {
  await local?.close();
  catalog.remove();
  rmSync(home, { recursive: true });
});

async function trailOfLocal() {
  const { trail } = await openQuestionPorts({
    broker: local.brokerUrl,
    catalog: 'nowhere',
    partition: 'aws',
    prefix: 'remit',
  });
  if (trail === undefined) throw new Error('local mode tells no trail');
  return trail;
}

async function events(): Promise<CloudEvent[]> {
  const found: CloudEvent[] = [];
  for await (const { event } of readTrail(await trailOfLocal())) found.push(event);
  return found;
}

/** Subjects of the local people end with their names. */
const nameIn = (subject: unknown) => String(subject).split('-').at(-1) ?? '';

test('[AUDIT-20] each decision is one event with who made it, each passkey one a change, and polls are none', async () => {
  if (ben === undefined || chloe === undefined) throw new Error('nobody is enrolled');
  const { grantId, handle } = await refundAgent(local).ask();
  for (let polls = 0; polls < 3; polls += 1) await refundAgent(local).poll(handle);
  await people.decide(ben, grantId, { decision: 'approve' });
  await people.decide(chloe, grantId, { decision: 'deny', reason: 'not this month' });
  const all = await events();
  const ofGrant = all.filter(({ subject }) => subject === grantId);
  expect(ofGrant.map(({ type }) => type)).toEqual([
    'remit.grant.pending',
    'remit.approval.recorded',
    'remit.approval.recorded',
  ]);
  const decisions = ofGrant.slice(1).map(({ data }) => [data['decision'], nameIn(data['approverSubject'])]);
  expect(decisions).toEqual([
    ['approve', 'ben'],
    ['deny', 'chloe'],
  ]);
  const passkeys = all.filter(({ type }) => type.startsWith('remit.passkey.'));
  expect(
    passkeys
      .map(({ type, data }) => `${type} ${nameIn(data['personSubject'])} ${nameIn(data['actorSubject'])}`)
      .sort(),
  ).toEqual([
    'remit.passkey.confirmed ben dora',
    'remit.passkey.confirmed chloe dora',
    'remit.passkey.confirmed dora invocation',
    'remit.passkey.enrolled ben ben',
    'remit.passkey.enrolled chloe chloe',
    'remit.passkey.enrolled dora dora',
  ]);
});

test('[AUDIT-61] a table of records says of each who did it: the approver, or the agent that asked', async () => {
  const told: (readonly [string, string])[] = [];
  for await (const record of readTrail(await trailOfLocal())) {
    const [, type = '', , , , who] = recordCells(record);
    if (/^(approval|grant)\./.test(type)) told.push([type, nameIn(who)]);
  }
  expect(told).toEqual([
    ['grant.pending', 'agent'],
    ['approval.recorded', 'ben'],
    ['approval.recorded', 'chloe'],
  ]);
});

test('[CLI-27] a search takes a short name for the one person it fits, and refuses what cannot be', async () => {
  const search = (...args: string[]) =>
    runCli(['audit', 'search', ...args], { HOME: freshHome(), REMIT_BROKER: local.brokerUrl });
  const found = await search('--person', 'ben', '--type', 'passkey');
  expect(found.stderr).toMatch(/ben is taken for \S+-ben/);
  expect(found.stdout).toMatch(/passkey\.enrolled .*-ben/);
  const type = await search('--type', 'aproval.recorded');
  expect([type.code, type.stderr]).toEqual([2, expect.stringMatching(/Did you mean approval\.recorded\?/)]);
  const backwards = await search('--from', '1d', '--to', '2d');
  expect([backwards.code, backwards.stderr]).toEqual([2, expect.stringMatching(/ends before it begins/)]);
  const resource = await search('--resource', 'foo');
  expect([resource.code, resource.stderr]).toEqual([2, expect.stringMatching(/named by its ARN/)]);
}, 60_000);
