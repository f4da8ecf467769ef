// Somebody who may add objects to the archive, and has no key, writes records of their own: hashes need no key. They put
// them where no checkpoint looks: in a shard of their own, behind a chain that rests, or in place of a trail as a whole.

import { beforeAll, expect, test } from 'vitest';
import { type ChainHead, genesis, headOf, link } from '../../src/core/audit/chain.ts';
import { batchKey } from '../../src/core/audit/plan.ts';
import { readRecord, type TrailRecord, writeRecord } from '../../src/core/audit/record.ts';
import { verifyTrail } from '../../src/core/audit/verify.ts';
import { change, type MemoryTrail, memoryReader, memoryTrail, TRAIL } from '../support/trail.ts';

let trail: MemoryTrail;
beforeAll(async () => {
  trail = memoryTrail();
  await trail.sequence(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => change(key, 1)));
  for (const hour of ['12', '13', '14', '15']) {
    trail.now = new Date(`2026-11-24T${hour}:00:00Z`);
    await trail.checkpoint();
  }
});

const verify = (objects: ReadonlyMap<string, string>) =>
  verifyTrail(memoryReader(objects), { publicKey: trail.publicKey });

/** An approval that nobody gave. */
function forged(before: ChainHead, at: Date): TrailRecord {
  const [line = ''] = [...trail.objects.values()].flatMap((text) => text.split('\n'));
  const { event } = readRecord(line) ?? { event: undefined };
  if (event === undefined) throw new Error('the trail has no record');
  const id = `grants/${at.getTime()}/1`;
  const data = { ...event.data, approverSubject: 'dora' };
  return link(before, { ...event, id, type: 'remit.grant.approved', time: at.toISOString(), data }, at);
}

function add(objects: ReadonlyMap<string, string>, record: TrailRecord): Map<string, string> {
  const key = batchKey({ shard: record.shard, seq: record.seq, at: new Date(record.at) });
  return new Map([...objects, [key, `${writeRecord(record)}\n`]]);
}

const newest = (shard: number): TrailRecord => {
  const found = trail.records().findLast((each) => each.shard === shard);
  if (found === undefined) throw new Error('the shard is empty');
  return found;
};

test('[AUDIT-28] a chain of a shard that no checkpoint knows is foreign', async () => {
  const record = forged(genesis(TRAIL, 7), new Date('2026-11-24T12:30:00Z'));
  const report = await verify(add(trail.objects, record));
  expect(report).toMatchObject({ ok: false, broken: [{ flaw: 'foreign', shard: 7, number: 1 }] });
});

test('[AUDIT-28] a record behind a chain that rests, dated back, is foreign', async () => {
  const before = newest(0);
  const record = forged(headOf(before), new Date('2026-11-24T12:30:00Z'));
  const report = await verify(add(trail.objects, record));
  expect(report).toMatchObject({ ok: false, broken: [{ flaw: 'foreign', shard: 0, number: record.seq }] });
});

test('[AUDIT-28] a trail without any checkpoint is not proved, however short', async () => {
  const report = await verify(add(new Map(), forged(genesis(TRAIL, 0), new Date('2026-11-24T12:30:00Z'))));
  expect(report).toMatchObject({ ok: false, broken: [{ flaw: 'checkpoint-dropped', number: 1 }] });
});

test('[AUDIT-28] what may be newer than the last checkpoint is chained, and told as not yet signed', async () => {
  const objects = add(trail.objects, forged(headOf(newest(0)), new Date('2026-11-24T14:58:00Z')));
  const report = await verify(objects);
  expect(report.ok).toBe(true);
  const shard = report.shards.find((each) => each.shard === 0);
  expect(shard).toMatchObject({ last: newest(0).seq + 1, signedUpTo: newest(0).seq });
});
