// What it costs to find an agent: the same two reads, however many there are.

import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistry } from '../../../src/adapters/aws/registry-table.ts';
import { registryRows } from '../../support/many-agents.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function commandsOf(work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const name = 'countCommands';
  tables.client.middlewareStack.add(
    (next, context) => (args) => {
      sent.push(String((context as { commandName?: string }).commandName));
      return next(args);
    },
    { step: 'initialize', name },
  );
  await work();
  tables.client.middlewareStack.remove(name);
  return sent;
}

test.each([10, 2000])('[LIFE-10] two reads among %i agents', async (count) => {
  for (const batch of registryRows(count))
    await tables.client.send(new BatchWriteCommand({ RequestItems: { [TABLES.registry]: batch } }));
  const registry = createRegistry({ client: tables.client, table: TABLES.registry });
  const issuer = 'https://issuer.acme.dev';
  const commands = await commandsOf(async () => {
    const entry = await registry.findWorkload(issuer, 'subject-7');
    const { agent } = await registry.readStanding({ agent: entry?.agent ?? '', task: 't', issuer });
    expect(agent).toMatchObject({ id: 'agent-7', status: 'active' });
  });
  expect(commands).toEqual(['GetItemCommand', 'BatchGetItemCommand']);
});
