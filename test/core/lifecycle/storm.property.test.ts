// Thousands of orders in which the steps of requests and of one order to stop can fall: nothing is handed over once the
// order has returned, even with lists that see nothing and requests that hang for any time.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kill, standDown } from '../../../src/core/kill/kill.ts';
import { NOW } from '../../support/grant.ts';
import { ORDER } from '../../support/orders.ts';
import { type Storm, startStorm } from '../../support/storm.ts';

const RUNS = 1500;
const moment = { at: NOW, requestId: 'storm' };

const ORDERS: Readonly<Record<string, (storm: Storm) => Promise<unknown>>> = {
  retire: ({ orders }) => standDown(orders, { id: 'billing-agent', act: 'retire', order: ORDER }, moment),
  suspend: ({ orders }) => standDown(orders, { id: 'billing-agent', act: 'suspend', order: ORDER }, moment),
  'kill everything': ({ orders }) => kill(orders, { scope: { kind: 'everything' }, order: ORDER }, moment),
};

test.each(Object.keys(ORDERS))('[LIFE-11] after %s has returned, no lease is handed over', async (name) => {
  const seen = { before: 0, runs: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.infiniteStream(fc.constantFrom(1, 5, 400, 4000)),
      fc.boolean(),
      async (scheduler, ticks, listed) => {
        const step = <Result>(label: string, run: () => Result) =>
          scheduler.schedule(Promise.resolve(label), label).then(run);
        const storm = startStorm(step, () => ticks.next().value ?? 1, listed);
        const order = (ORDERS[name]?.(storm) ?? Promise.reject(new Error(name))).then(() => storm.returned());
        const requests = [storm.start(), storm.renew(), storm.start(), storm.renew()];
        await scheduler.waitFor(Promise.all([order, ...requests]));
        expect(storm.handed.after).toBe(0);
        seen.before += storm.handed.before;
        seen.runs += 1;
      },
    ),
    { numRuns: RUNS },
  );
  // the storm is one: leases were being handed over while the order ran
  expect(seen.before).toBeGreaterThan(RUNS / 10);
});
