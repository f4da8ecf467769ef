// One agent asks as often as it may, all at once, so that every request passes the count of the queue before any is
// in it. What got in beyond its share takes nobody's place.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUEUE_LIMIT } from '../../src/core/approve/queue.ts';
import { startTask } from '../../src/core/exchange.ts';
import { startExchange } from '../support/exchange.ts';
import { withExtraTasks } from '../support/people-api.ts';
import { askFor, refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

test('[AWAIT-10] a burst of one agent keeps no other agent from asking people', async () => {
  const exchange = await startExchange(tables, { change: withExtraTasks });
  const ask = async (subject: string) => {
    const asked = await askFor(exchange, { task: 'close-account', parameters: { amount: 70 }, subject });
    return (await refusalOf(startTask(exchange.deps, asked, exchange.context))).code;
  };
  const burst = await Promise.all(Array.from({ length: QUEUE_LIMIT + 1 }, () => ask('billing')));
  // else the burst was none
  expect(burst.filter((code) => code === 'grant_pending').length).toBeGreaterThanOrEqual(QUEUE_LIMIT);
  expect(await ask('sibling')).toBe('grant_pending');
  expect(await ask('billing')).toBe('approval_queue_full');
});
