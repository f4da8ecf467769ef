// Whoever holds the audit key, or writes the archive, makes links that are well made each by itself: verification still
// sees that they do not belong together.

import { beforeAll, expect, test } from 'vitest';
import { headOf, link } from '../../../src/core/audit/chain.ts';
import {
  type Checkpoint,
  readCheckpoint,
  signedBytes,
  writeCheckpoint,
} from '../../../src/core/audit/checkpoint.ts';
import { checkpointKey } from '../../../src/core/audit/plan.ts';
import { readRecord, type TrailRecord, writeRecord } from '../../../src/core/audit/record.ts';
import { type VerifyOptions, verifyTrail } from '../../../src/core/audit/verify.ts';
import { change, type MemoryTrail, memoryReader, memoryTrail } from '../../support/trail.ts';

let trail: MemoryTrail;
let keys: readonly string[];
beforeAll(async () => {
  trail = memoryTrail();
  for (const hour of ['08', '12', '16']) {
    trail.now = new Date(`2026-11-24T${hour}:00:00Z`);
    await trail.sequence(['a', 'b', 'c', 'd'].map((key) => change(`${key}-${hour}`, 1)));
    await trail.checkpoint();
  }
  keys = [...trail.objects.keys()].filter((key) => key.startsWith('checkpoints/')).sort();
});

async function flaws(objects: ReadonlyMap<string, string>, options: VerifyOptions = {}) {
  const { broken } = await verifyTrail(memoryReader(objects), { publicKey: trail.publicKey, ...options });
  return broken.map(({ flaw }) => flaw);
}

function checkpointAt(index: number): Checkpoint {
  const found = readCheckpoint(trail.objects.get(keys.at(index) ?? '') ?? '');
  if (found === undefined) throw new Error('no checkpoint');
  return found;
}

/** As the holder of the key would. */
async function signed(change: Partial<Checkpoint['statement']>): Promise<Checkpoint> {
  const statement = { ...checkpointAt(-1).statement, ...change };
  const signature = await trail.deps.signer.sign(signedBytes(statement));
  return { statement, signature: Buffer.from(signature).toString('base64url') };
}

/** The trail with this checkpoint, under its own name, for its last one. */
function withLast(checkpoint: Checkpoint): ReadonlyMap<string, string> {
  const objects = new Map(trail.objects);
  objects.delete(keys.at(-1) ?? '');
  const { number, at } = checkpoint.statement;
  return objects.set(checkpointKey({ number, at: new Date(at) }), writeCheckpoint(checkpoint));
}

test('[AUDIT-12] the last checkpoint signed again as it was is whole', async () => {
  expect(await flaws(withLast(await signed({})))).toEqual([]);
});

test.each([
  ['is chained to another one', async () => signed({ previous: checkpointAt(0).statement.previous })],
  ['has a number that is missing before it', async () => signed({ number: 5 })],
  [
    'has the number of an earlier one, on another day',
    async () => signed({ number: 1, at: '2026-11-25T08:00:00.000Z' }),
  ],
  ['takes a shard back', async () => signed({ heads: checkpointAt(0).statement.heads })],
])('[AUDIT-12] a checkpoint with a good signature that %s', async (_, make) => {
  const found = await flaws(withLast(await make()));
  expect(found.filter((flaw) => flaw === 'checkpoint-altered' || flaw === 'checkpoint-dropped')).not.toEqual(
    [],
  );
});

test('[AUDIT-13] a kept checkpoint of another deployment counts for nothing, and is told', async () => {
  const kept = [await signed({ trail: '999999999999:eu-west-1:remit' })];
  expect(await flaws(trail.objects, { kept })).toEqual(['foreign']);
});

/** A well chained record behind the last one of a shard, after the newest checkpoint. */
function added(make: (end: TrailRecord) => TrailRecord): ReadonlyMap<string, string> {
  const key =
    [...trail.objects.keys()]
      .filter((each) => each.startsWith('shard='))
      .sort()
      .at(-1) ?? '';
  const text = trail.objects.get(key) ?? '';
  const end = readRecord(text.trimEnd().split('\n').at(-1) ?? '');
  if (end === undefined) throw new Error('no record');
  return new Map(trail.objects).set(key, `${text}${writeRecord(make(end))}\n`);
}

test.each([
  ['as it should be', (end: TrailRecord) => link(headOf(end), end.event, new Date(end.at)), []],
  [
    'with a time before the one before it',
    (end: TrailRecord) => link(headOf(end), end.event, new Date(Date.parse(end.at) - 1)),
    ['reordered'],
  ],
  [
    'of another deployment',
    (end: TrailRecord) => link(headOf(end), { ...end.event, source: 'urn:remit:other' }, new Date(end.at)),
    ['foreign'],
  ],
  [
    'that follows nothing',
    (end: TrailRecord) =>
      link({ ...headOf(end), hash: `sha256:${'0'.repeat(64)}` }, end.event, new Date(end.at)),
    ['unchained'],
  ],
] as const)('[AUDIT-11] a record added behind the newest checkpoint %s', async (_, make, expected) => {
  expect(await flaws(added(make), { trail: trail.deps.trail })).toEqual(expected);
});
