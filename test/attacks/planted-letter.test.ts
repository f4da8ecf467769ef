// Somebody who may only write to the queue of what the trail could not take plants an event of their own there, and an
// operator has it taken again: it would be recorded, chained and signed as one that was lost.

import { expect, test } from 'vitest';
import type { RowImage } from '../../src/core/audit/from-row.ts';
import { verifyTrail } from '../../src/core/audit/verify.ts';
import { change, type MemoryTrail, memoryReader, memoryTrail } from '../support/trail.ts';

const verify = (trail: MemoryTrail) =>
  verifyTrail(memoryReader(trail.objects), { publicKey: trail.publicKey });

/** A letter as a redrive takes it, of an event that this release can read. */
const letter = (row: RowImage): RowImage => ({ ...row, isRecovered: true });

test('[AUDIT-29] an event that was planted in the queue is found, with the record that has it', async () => {
  const trail = memoryTrail();
  await trail.sequence([change('a', 1)]);
  await trail.sequence([letter(change('forged', 1, { eventNumber: 1 }))]);
  await trail.checkpoint();
  const report = await verify(trail);
  expect(report).toMatchObject({ ok: false, broken: [{ flaw: 'foreign' }] });
  expect(report.broken[0]?.says).toContain('came back');
});

test('[AUDIT-29] an event in place of the one that was set aside is found too', async () => {
  const trail = memoryTrail();
  await trail.sequence([change('row', 1, { event: 'unreadable' })]);
  await trail.sequence([letter(change('row', 1))]);
  await trail.checkpoint();
  expect((await verify(trail)).broken).toMatchObject([{ flaw: 'foreign' }]);
});

test('[AUDIT-29] what was set aside and comes back as it was, is whole', async () => {
  const trail = memoryTrail();
  const lost = change('row', 1, { event: 'unreadable' });
  await trail.sequence([lost]);
  // a later release reads it
  await trail.sequence([letter({ ...change('row', 1), raw: lost.raw })]);
  await trail.checkpoint();
  const report = await verify(trail);
  expect(report).toMatchObject({ ok: true, broken: [] });
  expect(trail.records().some(({ event }) => event.data['recovered'] !== undefined)).toBe(true);
});
