// Verification of a range whose beginning somebody took away, with the checkpoints that signed for it.

import { beforeAll, expect, test } from 'vitest';
import { readCheckpoint } from '../../../src/core/audit/checkpoint.ts';
import { verifyTrail } from '../../../src/core/audit/verify.ts';
import { change, type MemoryTrail, memoryReader, memoryTrail } from '../../support/trail.ts';

let trail: MemoryTrail;
beforeAll(async () => {
  trail = memoryTrail();
  // nothing was recorded on the 23rd
  for (const [index, day] of ['21', '22', '24', '25'].entries())
    for (const hour of ['08', '16']) {
      trail.now = new Date(`2026-11-${day}T${hour}:00:00Z`);
      await trail.sequence(['a', 'b', 'c', 'd'].map((key) => change(`${key}-${hour}`, index + 1)));
      await trail.checkpoint();
    }
});

const from = new Date('2026-11-24T00:00:00Z');
const verify = (objects: ReadonlyMap<string, string>, start = from) =>
  verifyTrail(memoryReader(objects), { publicKey: trail.publicKey, from: start });

/** The trail without what was archived on these days. */
function without(...days: readonly string[]): Map<string, string> {
  const gone = days.map((day) => `day=2026-11-${day}`);
  return new Map([...trail.objects].filter(([key]) => !gone.some((day) => key.includes(day))));
}

test('[AUDIT-45] a range is chained from the last day with checkpoints before it, however long ago', async () => {
  expect(await verify(trail.objects)).toMatchObject({
    ok: true,
    broken: [],
    completeFrom: '2026-11-22T08:00:00.000Z',
  });
});

test('[AUDIT-45] a range that begins before the trail does is proved from number 1 on', async () => {
  expect(await verify(trail.objects, new Date('2026-11-01'))).toMatchObject({ ok: true, broken: [] });
});

test('[AUDIT-45] a range whose beginning is gone, and every checkpoint before it, is not whole', async () => {
  const report = await verify(without('21', '22', '24'));
  expect(report.ok).toBe(false);
  expect(report.broken.map(({ flaw }) => flaw)).toContain('checkpoint-dropped');
});

test('[AUDIT-45] a checkpoint that is moved before the range does not begin it', async () => {
  const objects = without('21', '22', '24');
  const [first = ''] = [...objects.keys()].filter((key) => key.startsWith('checkpoints/')).sort();
  const text = objects.get(first) ?? '';
  objects.delete(first);
  objects.set(first.replace('2026-11-25', '2026-11-22'), text);
  expect((await verify(objects)).broken.map(({ flaw }) => flaw)).toContain('checkpoint-altered');
});

test('[AUDIT-45] days that are gone with their checkpoints between an older day and the range are missed', async () => {
  expect((await verify(without('22', '24'))).broken.map(({ flaw }) => flaw)).toContain('checkpoint-dropped');
});

/** The trail with records after the last checkpoint of the 22nd, and without the file of one of them. */
async function withLateRecords() {
  const late = memoryTrail();
  for (const [index, hour] of ['22T08', '22T16', '23T08'].entries()) {
    late.now = new Date(`2026-11-${hour}:00:00Z`);
    await late.sequence(['a', 'b', 'c', 'd'].map((key) => change(key, index + 1)));
    await late.checkpoint();
    // nothing signs for these on their own day
    late.now = new Date(`2026-11-${hour}:01:00Z`);
    await late.sequence(['a', 'b', 'c', 'd'].map((key) => change(`${key}-${hour}`, 1)));
  }
  return late;
}

test('[AUDIT-54] the end of a range is signed for by the checkpoints after it: cut off there, it is not whole', async () => {
  const { objects, publicKey } = await withLateRecords();
  const to = new Date('2026-11-22T23:59:59Z');
  const look = (some: ReadonlyMap<string, string>) => verifyTrail(memoryReader(some), { publicKey, to });
  expect(await look(objects)).toMatchObject({ ok: true, broken: [] });
  const names = [...objects.keys()].filter(
    (key) => key.startsWith('shard=') && key.includes('day=2026-11-22'),
  );
  for (const shard of [0, 1, 2, 3]) {
    const last = names
      .filter((key) => key.startsWith(`shard=${shard}/`))
      .sort()
      .at(-1);
    if (last === undefined) continue;
    const cut = new Map([...objects].filter(([key]) => key !== last));
    expect((await look(cut)).broken).toMatchObject([{ flaw: 'dropped', shard }]);
  }
});

test('[AUDIT-54] a kept checkpoint of a later day tells that everything after a range was cut off', async () => {
  const { objects, publicKey } = await withLateRecords();
  const text =
    [...objects]
      .filter(([key]) => key.startsWith('checkpoints/'))
      .sort()
      .at(-1)?.[1] ?? '';
  const kept = [readCheckpoint(text)].flatMap((each) => each ?? []);
  const cut = new Map([...objects].filter(([key]) => !key.includes('day=2026-11-23')));
  const options = { publicKey, to: new Date('2026-11-22'), kept };
  expect((await verifyTrail(memoryReader(objects), options)).broken).toEqual([]);
  expect((await verifyTrail(memoryReader(cut), options)).broken.map(({ flaw }) => flaw)).toContain(
    'truncated',
  );
});
