// Properties of the trail: whatever is delivered, in whatever batches and repetitions, each event is there once and
// the trail verifies; and whichever byte of it is changed, it does not.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyTrail } from '../../../src/core/audit/verify.ts';
import { change, memoryReader, memoryTrail } from '../../support/trail.ts';

/** How many events each of some rows has. */
const histories = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 });

test('[AUDIT-1] any batching with any repetition records each event once, in its row’s order', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.array(fc.nat(), { maxLength: 30 }), async (counts, choices) => {
      const trail = memoryTrail();
      const streams = counts.map((count, row) =>
        Array.from({ length: count }, (_, index) => change(`row-${row}`, index + 1)),
      );
      // a stream delivers each row's changes in order, and begins anew wherever it likes
      const reached = streams.map(() => 0);
      for (const choice of choices) {
        const row = choice % streams.length;
        const from = Math.max(0, (reached[row] ?? 0) - (choice % 3));
        const to = from + 1 + (choice % 4);
        await trail.sequence((streams[row] ?? []).slice(from, to));
        reached[row] = Math.max(reached[row] ?? 0, Math.min(to, streams[row]?.length ?? 0));
      }
      await trail.sequence(streams.flatMap((stream, row) => stream.slice(reached[row])));
      await trail.checkpoint();
      const ids = trail.records().map(({ event }) => event.id);
      expect(ids.toSorted()).toEqual(
        streams
          .flat()
          .map(({ key, image }) => `grants/${key}/${image['eventNumber']}`)
          .toSorted(),
      );
      const { publicKey, objects } = trail;
      expect((await verifyTrail(memoryReader(objects), { publicKey })).broken).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('[AUDIT-11] whichever byte is changed, and whichever object is taken away, the trail is broken', async () => {
  const trail = memoryTrail();
  for (let number = 1; number <= 4; number += 1) {
    await trail.sequence(['a', 'b', 'c', 'd', 'e'].map((key) => change(key, number)));
    await trail.checkpoint();
  }
  const { publicKey } = trail;
  const all = [...trail.objects].sort(([a], [b]) => (a < b ? -1 : 1));
  // the newest checkpoint may be missing: nothing says yet that there was one
  const [newest] = all.filter(([key]) => key.startsWith('checkpoints/')).at(-1) ?? [];
  const isOk = async (objects: ReadonlyMap<string, string>) =>
    (await verifyTrail(memoryReader(objects), { publicKey })).ok;
  expect(await isOk(trail.objects)).toBe(true);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(all.length - 1),
      fc.nat(),
      fc.integer({ min: 1, max: 94 }),
      async (index, place, by) => {
        const [key, body] = all[index] ?? ['', ''];
        const offset = place % body.length;
        const code = body.charCodeAt(offset);
        const other = String.fromCharCode(32 + ((code - 32 + by + 95) % 95));
        if (other === body[offset]) return;
        const objects = new Map(trail.objects).set(
          key,
          body.slice(0, offset) + other + body.slice(offset + 1),
        );
        expect(await isOk(objects)).toBe(false);
      },
    ),
    { numRuns: 400 },
  );
  for (const [key] of all) {
    const objects = new Map(trail.objects);
    objects.delete(key);
    expect(await isOk(objects), key).toBe(key === newest);
  }
});
