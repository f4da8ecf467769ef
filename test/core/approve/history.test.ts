// What is read of an agent's past: leases that somebody had, of this task, before this request, and no more than a page
// can afford.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrantStore } from '../../../src/adapters/aws/grants-table.ts';
import { HISTORY_GRANTS, HISTORY_ROWS, readHistory } from '../../../src/core/approve/history.ts';
import { unusualOf } from '../../../src/core/approve/unusual.ts';
import type { Grant, GrantStatus } from '../../../src/core/model.ts';
import type { GrantStore } from '../../../src/core/ports.ts';
import { NOW, sampleEvent, sampleGrant } from '../../support/grant.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const TASK = 'refund-customer';
let tables: Tables;
let grants: GrantStore;
beforeAll(async () => {
  tables = await startTables();
  grants = createGrantStore({ client: tables.client, table: TABLES.grants });
});
afterAll(() => tables.close());

/** Grants of one agent, each a second later than the one before; the request comes after all of them. */
async function past(agent: string, all: readonly Partial<Grant>[]): Promise<Grant> {
  for (const [index, changes] of all.entries()) {
    const requestedAt = new Date(NOW.getTime() - (all.length - index) * 1000);
    const row = sampleGrant({ agent, task: TASK, status: 'completed', requestedAt, ...changes });
    await grants.reserve(row, sampleEvent());
  }
  return sampleGrant({ agent, task: TASK, requestedAt: NOW, parameters: { amount: 90 } });
}

const of = (amount: number, status: GrantStatus = 'completed', leaseCount = 1): Partial<Grant> => ({
  parameters: { amount },
  status,
  leaseCount,
});
const amounts = async (request: Grant) =>
  (await readHistory({ grants }, request)).used.map(({ parameters }) => parameters['amount']);

test('[APPROVE-16] grants count whose lease somebody had; those that came to nothing do not', async () => {
  const request = await past('had-leases', [
    of(10),
    of(20, 'active'),
    of(30, 'expired'),
    of(40, 'killed'),
    of(500, 'killed', 0),
    of(600, 'failed'),
    of(700, 'denied', 0),
    of(800, 'lapsed', 0),
    of(900, 'completed', 0),
  ]);
  expect(await amounts(request)).toEqual([40, 30, 20, 10]);
  expect(unusualOf(request, await readHistory({ grants }, request))).toEqual([
    'amount is 90, larger than ever: 40 was the most when had-leases did refund-customer 4 times (looked at the last 90 days).',
  ]);
});

test('[APPROVE-16] another task, another agent, itself, and what came after the request are not its past', async () => {
  await past('somebody-else', [of(1)]);
  const request = await past('on-its-own', [{ ...of(2), task: 'export-invoices' }]);
  await grants.reserve({ ...request, ...of(3), status: 'completed' }, sampleEvent());
  const after = { agent: 'on-its-own', task: TASK, requestedAt: new Date(NOW.getTime() + 1000) };
  await grants.reserve(sampleGrant({ ...after, ...of(4) }), sampleEvent());
  expect(await amounts(request)).toEqual([]);
});

test('[APPROVE-16] no more rows are read than a page can afford, and it is told that there are more', async () => {
  const request = await past(
    'very-busy',
    Array.from({ length: HISTORY_ROWS + 1 }, (_, index) => of(index)),
  );
  const asked = { rows: 0, pages: 0 };
  const counted: Pick<GrantStore, 'get' | 'listByAgent'> = {
    get: (id) => {
      asked.rows += 1;
      return grants.get(id);
    },
    listByAgent: (agent, page) => {
      asked.pages += 1;
      expect(page.limit).toBe(HISTORY_GRANTS);
      return grants.listByAgent(agent, page);
    },
  };
  const history = await readHistory({ grants: counted }, request);
  expect(asked).toEqual({ rows: HISTORY_ROWS, pages: 1 });
  expect(history.isComplete).toBe(false);
  expect(history.used[0]?.parameters).toEqual({ amount: HISTORY_ROWS });
  expect(unusualOf(request, history)[0]).toContain('looked at the newest grants of this agent');
});
