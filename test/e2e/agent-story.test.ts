// One agent's whole story and what of its budgets is used, in local mode: the real functions under their own roles, the
// people's API, and the real command line.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoryEntry } from '../../src/core/audit/agent-story.ts';
import { freshHome, runCli } from '../cli/run-cli.ts';
import { SHIPPED } from '../support/catalog-directory.ts';
import { askForInvoices } from '../support/invoices.ts';
import { type Local, startLocal } from '../support/local.ts';
import { type LocalPeople, type LocalPerson, peopleOf } from '../support/local-people.ts';
import { refundAgent } from '../support/refund-request.ts';

let directory: string;
let local: Local;
let people: LocalPeople;
let olga: LocalPerson;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'remit-agent-story-'));
  const catalog = join(directory, 'catalog');
  cpSync(SHIPPED, catalog, { recursive: true });
  const budget = (file: string, text: string) => {
    const path = join(catalog, file);
    writeFileSync(path, `${readFileSync(path, 'utf8')}${text}\n`);
  };
  budget('tasks/export-invoices.yaml', 'budget: { concurrent: 3, perHour: 9 }');
  local = await startLocal({ catalogDirectory: catalog, keptIn: directory });
  people = peopleOf(local);
  olga = await people.enrol('olga');
}, 120_000);
afterAll(async () => {
  await local?.close();
  rmSync(directory, { recursive: true });
});

const remit = (...args: string[]) => runCli(args, { HOME: freshHome(), REMIT_BROKER: local.brokerUrl });
const shown = async () => (await people.get('/api/agents/billing-agent', olga.token)).body;

/** Of the people's API; the trail is seconds behind what happened. */
async function storyWith(type: string, query = ''): Promise<readonly StoryEntry[]> {
  for (;;) {
    const { status, body } = await people.get(`/api/agents/billing-agent/story${query}`, olga.token);
    expect(status).toBe(200);
    const { entries } = body as { entries: StoryEntry[] };
    if (entries.some((each) => each.type === type)) return entries;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('[BUDGETUSE-1] [BUDGETUSE-2] [BUDGETUSE-3] what the agent uses of its budgets is told, and a place that is free again', async () => {
  const { client, grant } = await askForInvoices(local);
  const used = async () =>
    ((await shown())['budgets'] as { task?: string; window: string; used: number }[]).map(
      ({ task, window, used: count }) => `${task} ${window} ${count}`,
    );
  expect(await used()).toEqual([
    'export-invoices concurrent 1',
    'export-invoices hour 1',
    'refund-customer hour 0',
    'refund-customer day 0',
  ]);
  await client.complete(grant);
  local.clock.forward(70);
  expect(await used()).toEqual([
    'export-invoices concurrent 0',
    'export-invoices hour 1',
    'refund-customer hour 0',
    'refund-customer day 0',
  ]);
});

test('[BUDGETUSE-5] whoever decides is told what the request would use', async () => {
  const { grantId } = await refundAgent(local).ask(80);
  const { body } = await people.get(`/api/approvals/${grantId}`, olga.token);
  const task = 'refund-customer';
  expect(body['budgets']).toEqual([
    { scope: 'task', task, window: 'hour', most: 60, used: 0, wants: 1 },
    { scope: 'task', task, window: 'day', parameter: 'amount', most: 20_000, used: 0, wants: 80 },
  ]);
});

test('[HISTORY-1] [HISTORY-3] the story has what people and the agent did', async () => {
  const body = { act: 'agent.suspend', target: 'billing-agent', reason: 'incident 42' };
  expect((await people.call('/api/acts', olga.token, body)).status).toBe(200);
  const all = await storyWith('agent.suspended');
  const types = new Set(all.map(({ type }) => type));
  for (const type of ['grant.reserved', 'lease.issued', 'grant.pending', 'grant.ended'])
    expect(types).toContain(type);
  const told = await storyWith('agent.catalogued', '?only=administrative');
  expect(told.map(({ what }) => what)).toContain('Suspended: it was active.');
  expect(told.find(({ type }) => type === 'agent.suspended')).toMatchObject({
    by: { kind: 'person', subject: '77aa03ef-olga' },
    why: 'incident 42',
  });
  expect(told.every(({ administrative }) => administrative)).toBe(true);
});

test('[HISTORY-5] [BUDGETUSE-6] the command shows budgets and the newest of the story, and all of it when asked', async () => {
  const { code, stdout, stderr } = await remit('agents', 'show', 'billing-agent');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/BUDGET +USED +OF +FREES AT\n/);
  expect(stdout).toMatch(/export-invoices: grants an hour +1 +9 +20/);
  expect(stdout).toMatch(/Suspended: it was active\. +77aa03ef-olga +incident 42/);
  expect(stdout).not.toContain('Lease 1');

  const whole = await remit('agents', 'show', 'billing-agent', '--story');
  expect(whole.stdout).toContain('Lease 1 for export-invoices handed over.');
  const { story, budgets } = JSON.parse((await remit('agents', 'show', 'billing-agent', '--json')).stdout);
  expect(budgets).toHaveLength(4);
  expect(story.entries[0]).toMatchObject({ administrative: true, record: { shard: expect.any(Number) } });
});

test('[HISTORY-5] with a deployment the trail has to be named, and a copy can be', async () => {
  const missing = await remit('agents', 'show', 'billing-agent', '--trail', join(directory, 'nothing'));
  expect(missing.code).toBe(2);
  const copy = await remit('agents', 'show', 'billing-agent', '--trail', join(directory, 'trail'));
  expect(copy.stdout).toContain('Suspended: it was active.');
});

test('[BUDGETUSE-4] a row that does not read back is said to be unreadable, and all else is shown', async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = local.operator;
  const client = new DynamoDBClient({
    endpoint: local.awsUrl,
    region: local.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  const key = { pk: { S: 'BUDGET#billing-agent' } };
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const TableName = TableNames.find((name) => name.includes('Budgets'));
  await client.send(
    new PutItemCommand({ TableName, Item: { ...key, version: { N: '1' }, used: { S: '{' } } }),
  );
  expect(await shown()).toMatchObject({ budgets: 'unreadable', agent: { id: 'billing-agent' } });
  const { code, stdout } = await remit('agents', 'show', 'billing-agent');
  expect(code).toBe(0);
  expect(stdout).toContain('its budgets cannot be read now');
  expect(stdout).toContain('Suspended: it was active.');
  await client.send(new DeleteItemCommand({ TableName, Key: key }));
});
