// Finding an agent costs what it costs, however many agents there are.

import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createRegistry } from '../src/adapters/aws/registry-table.ts';
import { registryRows } from '../test/support/many-agents.ts';
import { startTables, TABLES } from '../test/support/tables.ts';
import { type Figure, type Measurement, median } from './figure.ts';

const FEW = 100;
const MANY = 100_000;
const LOOKUPS = 1000;
const WARM_UP = 400;

async function run(): Promise<readonly Figure[]> {
  const [few, many] = [await registryOf(FEW), await registryOf(MANY)];
  try {
    // by turns: what else the machine does meets both alike
    const times = { few: [] as number[], many: [] as number[] };
    for (let count = -WARM_UP; count < LOOKUPS; count += 1) {
      const measured = { few: await few.look(count + WARM_UP), many: await many.look(count + WARM_UP) };
      if (count < 0) continue;
      times.few.push(measured.few);
      times.many.push(measured.many);
    }
    const [among, amongMany] = [median(times.few), median(times.many)];
    const ratio = amongMany / among;
    return [
      { name: 'lookup among 100,000 agents ÷ among 100', value: ratio, unit: '×', aim: { atMost: 1.2 } },
      { name: 'lookup among 100: workload, then agent and switches', value: among, unit: 'ms' },
    ];
  } finally {
    await few.close();
    await many.close();
  }
}

/** A registry of its own with so many agents. */
async function registryOf(agents: number) {
  const tables = await startTables();
  const registry = createRegistry({ client: tables.client, table: TABLES.registry });
  for (const batch of registryRows(agents, 0))
    await tables.client.send(new BatchWriteCommand({ RequestItems: { [TABLES.registry]: batch } }));
  const issuer = 'https://issuer.acme.dev';
  return {
    close: () => tables.close(),
    /** Milliseconds of one lookup. */
    async look(count: number): Promise<number> {
      const started = performance.now();
      const entry = await registry.findWorkload(issuer, `subject-${(count * 37) % agents}`);
      const { agent } = await registry.readStanding({ agent: entry?.agent ?? '', task: 't', issuer });
      const took = performance.now() - started;
      if (agent === undefined) throw new Error('an agent is missing');
      return took;
    },
  };
}

export const registry: Measurement = { name: 'registry', title: 'Finding an agent (embedded DynamoDB)', run };
