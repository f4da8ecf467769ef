// Refusals in local mode: each is given as ever, and in the trail.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openQuestionPorts } from '../../cli/question-ports.ts';
import { brokerFor } from '../../cli/story/stage.ts';
import { readTrail } from '../../src/core/audit/read-trail.ts';
import { type Local, startLocal } from '../support/local.ts';
import { ask } from '../support/questions.ts';

const home = mkdtempSync(join(tmpdir(), 'remit-refusals-'));
let local: Local;
beforeAll(async () => {
  local = await startLocal({ keptIn: home });
});
afterAll(async () => {
  await local.close();
  rmSync(home, { recursive: true });
});

const ports = () =>
  openQuestionPorts({ broker: local.brokerUrl, catalog: 'nowhere', partition: 'aws', prefix: 'remit' });

async function refusals() {
  const { trail } = await ports();
  if (trail === undefined) throw new Error('local mode tells no trail');
  const found: unknown[] = [];
  for await (const { event } of readTrail(trail))
    if (event.type.endsWith('.refused')) found.push([event.type, event.data['code'], event.data['agent']]);
  return found;
}

const post = (path: string, body: string, headers: Record<string, string>) =>
  fetch(new URL(path, local.brokerUrl), { method: 'POST', headers, body });

test('[AUDIT-20] refusals of agents, of nobody, of people and of operators are in the trail, by code', async () => {
  const asked = { task: 'export-invoices', purpose: 'statement' };
  const wrong = brokerFor(local, 'billing-agent').request({
    ...asked,
    parameters: { customer: '*', month: '2026-10' },
  });
  await expect(wrong).rejects.toThrow();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const grant = 'grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=e30.e30.e30';
  expect((await post('/oauth2/token', grant, form)).status).toBe(400);
  expect((await fetch(new URL('/api/me', local.brokerUrl))).status).toBe(401);
  const order = JSON.stringify({ command: 'lift', scope: { kind: 'everything' }, reason: 'a test' });
  expect((await post('/dev/admin', order, { 'content-type': 'application/json' })).status).toBe(400);
  const found = await refusals();
  expect(found).toContainEqual(['remit.token.refused', 'parameter_invalid', 'billing-agent']);
  expect(found).toContainEqual(['remit.me.refused', 'sign_in_required', undefined]);
  expect(found).toContainEqual(['remit.admin.refused', 'stop_not_on', undefined]);
  expect(found.filter((each) => JSON.stringify(each).includes('remit.token.refused'))).toHaveLength(2);
});

test('[AUDIT-22] an agent that is stopped is named in the refusals that it gets', async () => {
  const headers = { 'content-type': 'application/json' };
  const scope = { kind: 'task', id: 'export-invoices' };
  const order = (command: string) =>
    post('/dev/admin', JSON.stringify({ command, scope, reason: 'a test' }), headers);
  expect((await order('kill')).status).toBe(200);
  const parameters = { customer: 'cus_12345678', month: '2026-10' };
  const asked = { task: 'export-invoices', purpose: 'statement', parameters };
  await expect(brokerFor(local, 'billing-agent').request(asked)).rejects.toMatchObject({
    code: 'stopped',
    message: expect.stringMatching(/stopped this task;/),
    fix: expect.stringMatching(/remit kill list/),
  });
  expect((await order('lift')).status).toBe(200);
  expect(await refusals()).toContainEqual(['remit.token.refused', 'stopped', 'billing-agent']);
}, 90_000);

test('[AUDIT-8] a thousand refusals of nobody are two rows at most and few records, and remit ask counts them', async () => {
  for (let index = 0; index < 1000; index += 1)
    await fetch(new URL('/api/me', local.brokerUrl), { headers: { authorization: `Bearer ${index}` } });
  const records = (await refusals()).filter((each) => JSON.stringify(each).includes('remit.me.refused'));
  // by two minutes at most, each 5 singly and 6 doublings up to what a process tells
  expect(records.length).toBeLessThan(25);
  const { rows } = await ask(await ports(), 'refused');
  const told = rows.filter(([, code]) => code === 'sign_in_rejected').map(([, , times]) => Number(times));
  expect(told[0]).toBeGreaterThanOrEqual(128);
});
