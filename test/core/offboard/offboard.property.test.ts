// Any interleaving of renewals, a retirement and somebody who asks for the proof all the time; and any clock.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { standDown } from '../../../src/core/kill/kill.ts';
import type { LastChange, RegisteredAgent } from '../../../src/core/model.ts';
import { type Frame, waitedUntil } from '../../../src/core/offboard/checks.ts';
import { NOW } from '../../support/grant.ts';
import { OLGA, ORDER } from '../../support/orders.ts';
import { startStorm } from '../../support/storm.ts';

const RUNS = 800;

test('[OFF-5] no order of steps gives a proof while a lease lives, or a lease after the proof', async () => {
  const seen = { proofs: 0, leases: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.infiniteStream(fc.constantFrom(1, 5, 400, 4000)),
      async (scheduler, ticks) => {
        const step = <Result>(label: string, run: () => Result) =>
          scheduler.schedule(Promise.resolve(label), label).then(run);
        // the lists see nothing: nobody is warned by them
        const storm = startStorm(step, () => ticks.next().value ?? 1, false);
        const moment = { at: NOW, requestId: 'storm' };
        const order = standDown(storm.orders, { id: 'billing-agent', act: 'retire', order: ORDER }, moment);
        const requests = [storm.start(), storm.renew(), storm.start(), storm.renew()];
        const proving = storm.prove();
        await scheduler.waitFor(Promise.all([order, proving, ...requests]));
        const provenAt = await proving;
        if (provenAt === undefined) return;
        seen.proofs += 1;
        seen.leases += storm.lastLeaseEnd() > 0 ? 1 : 0;
        expect(storm.lastLeaseEnd()).toBeLessThanOrEqual(provenAt);
      },
    ),
    { numRuns: RUNS },
  );
  // not in vain: there were proofs, and leases before them
  expect(seen.proofs).toBeGreaterThan(RUNS / 2);
  expect(seen.leases).toBeGreaterThan(RUNS / 40);
});

test('[OFF-9] the wait ends no earlier than the longest lease after it was seen, whatever the row says', () => {
  const date = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  const seconds = fc.integer({ min: 15, max: 900 });
  fc.assert(
    fc.property(date, date, seconds, fc.array(seconds, { maxLength: 5 }), (seenAt, at, longest, leases) => {
      const lastChange: LastChange = { what: 'retired', by: OLGA, reason: 'over', at };
      const frame: Pick<Frame, 'agent' | 'watch' | 'catalog'> = {
        agent: { lastChange } as RegisteredAgent,
        watch: { agent: 'a', seenAt, longestLeaseSeconds: longest },
        catalog: { tasks: [], digest: 'sha256:c' },
      };
      const until = waitedUntil(
        frame as Frame,
        leases.map((leaseSeconds) => ({ leaseSeconds })),
      );
      const least = Math.max(longest, ...leases) * 1000;
      expect(until.getTime()).toBeGreaterThanOrEqual(seenAt.getTime() + least + 10_000);
      expect(until.getTime()).toBeGreaterThanOrEqual(at.getTime() + least + 10_000);
    }),
  );
});
