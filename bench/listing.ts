// Listing an agent's grants costs what it costs, however many grants there are.

import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { writeGrant } from '../src/adapters/aws/grant-item.ts';
import { sampleEvent, sampleGrant } from '../test/support/grant.ts';
import { grantStoreOn } from '../test/support/stores.ts';
import { startTables, TABLES } from '../test/support/tables.ts';
import { type Figure, type Measurement, median } from './figure.ts';

const FEW = 1000;
const MANY = 100_000;
const BATCH = 25;
const LISTINGS = 60;

async function run(): Promise<readonly Figure[]> {
  const tables = await startTables();
  try {
    const { store } = grantStoreOn(tables);
    const write = async (from: number, to: number) => {
      for (let first = from; first < to; first += BATCH) {
        const puts = Array.from({ length: BATCH }, (_, index) => ({
          PutRequest: {
            Item: writeGrant(sampleGrant({ agent: `agent-${(first + index) % (to / 50)}` }), sampleEvent()),
          },
        }));
        await tables.client.send(new BatchWriteCommand({ RequestItems: { [TABLES.grants]: puts } }));
      }
    };
    const list = async () => {
      const times: number[] = [];
      for (let count = 0; count < LISTINGS; count += 1) {
        const started = performance.now();
        const { grants } = await store.listByAgent('agent-1', { limit: 20 });
        times.push(performance.now() - started);
        if (grants.length !== 20) throw new Error('not enough grants');
      }
      return median(times);
    };
    await write(0, FEW);
    await list();
    const few = await list();
    await write(FEW, MANY);
    const many = await list();
    return [
      {
        name: 'listing with 100,000 grants ÷ with 1,000',
        value: many / few,
        unit: '×',
        aim: { atMost: 1.3 },
      },
      { name: 'listing 20 of an agent with 1,000', value: few, unit: 'ms' },
    ];
  } finally {
    await tables.close();
  }
}

export const listing: Measurement = { name: 'listing', title: 'Listing grants (embedded DynamoDB)', run };
