// Which kill lists the schedule has compared with IAM, over real tables.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleKills } from '../../../src/core/kill/settle.ts';
import type { RoleArn } from '../../../src/core/model.ts';
import { startExchange } from '../../support/exchange.ts';
import { freshGrantId, NOW } from '../../support/grant.ts';
import { ordersOver } from '../../support/orders.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const role = 'arn:aws:iam::111122223333:role/remit/remit-task-of-the-test' as RoleArn;
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

test('[KILL-23] one with entries goes to its writer each time, one without once an hour', async () => {
  const orders = ordersOver(tables, await startExchange(tables));
  const isSentAfter = async (seconds: number, lists = orders.lists) => {
    orders.sent.length = 0;
    await settleKills({ ...orders, lists }, { at: after(seconds), requestId: 'settle' });
    return orders.sent.includes(role);
  };
  const entry = { grantId: freshGrantId(), until: after(900), killedAt: NOW };
  await orders.lists.add(role, [entry]);
  expect(await isSentAfter(60)).toBe(true);
  await orders.lists.confirm(role, { at: NOW, entries: [entry], wide: false, over: [] });
  expect(await isSentAfter(120)).toBe(true);
  await orders.lists.confirm(role, { at: after(900), entries: [], wide: false, over: [entry] });
  expect([await isSentAfter(960), await isSentAfter(900 + 3599)]).toEqual([false, false]);
  expect(await isSentAfter(900 + 3600)).toBe(true);
  // one that cannot be read is for its writer to tell of
  const unreadable = { ...orders.lists, read: () => Promise.reject(new Error('damaged')) };
  expect(await isSentAfter(960, unreadable)).toBe(true);
});
