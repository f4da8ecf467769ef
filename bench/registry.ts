// Finding an agent costs what it costs, however many agents there are.

import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createRegistry } from '../src/adapters/aws/registry-table.ts';
import { registryRows } from '../test/support/many-agents.ts';
import { startTables, TABLES } from '../test/support/tables.ts';
import { type Figure, type Measurement, median } from './figure.ts';

const FEW = 100;
const MANY = 100_000;
const LOOKUPS = 400;

async function run(): Promise<readonly Figure[]> {
  const tables = await startTables();
  try {
    const registry = createRegistry({ client: tables.client, table: TABLES.registry });
    const write = async (from: number, to: number) => {
      for (const batch of registryRows(to, from))
        await tables.client.send(new BatchWriteCommand({ RequestItems: { [TABLES.registry]: batch } }));
    };
    const issuer = 'https://issuer.acme.dev';
    const look = async (among: number) => {
      const times: number[] = [];
      for (let count = 0; count < LOOKUPS; count += 1) {
        const started = performance.now();
        const entry = await registry.findWorkload(issuer, `subject-${(count * 37) % among}`);
        const { agent } = await registry.readStanding({ agent: entry?.agent ?? '', task: 't', issuer });
        times.push(performance.now() - started);
        if (agent === undefined) throw new Error('an agent is missing');
      }
      return median(times);
    };
    await write(0, FEW);
    await look(FEW);
    const few = await look(FEW);
    await write(FEW, MANY);
    await look(MANY);
    const many = await look(MANY);
    return [
      { name: 'lookup among 100,000 agents ÷ among 100', value: many / few, unit: '×', aim: { atMost: 1.2 } },
      { name: 'lookup among 100: workload, then agent and switches', value: few, unit: 'ms' },
    ];
  } finally {
    await tables.close();
  }
}

export const registry: Measurement = { name: 'registry', title: 'Finding an agent (embedded DynamoDB)', run };
