// Verification: an untouched trail is proved, and each way to touch one is found with the first broken link.

import { beforeAll, describe, expect, test } from 'vitest';
import { genesis, headOf, link } from '../../../src/core/audit/chain.ts';
import {
  type Checkpoint,
  nextStatement,
  readCheckpoint,
  readPublicKey,
  signedBytes,
  writeCheckpoint,
} from '../../../src/core/audit/checkpoint.ts';
import { readRecord, type TrailRecord, writeRecord } from '../../../src/core/audit/record.ts';
import { type VerifyOptions, verifyTrail } from '../../../src/core/audit/verify.ts';
import {
  change,
  type MemoryTrail,
  memoryReader,
  memoryTrail,
  newSigner,
  TRAIL,
} from '../../support/trail.ts';

const DAYS = ['2026-11-22', '2026-11-23', '2026-11-24'];
/** In shard 0, as the others of this list. */
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

let trail: MemoryTrail;
let good: ReadonlyMap<string, string>;

beforeAll(async () => {
  trail = memoryTrail();
  let number = 0;
  for (const day of DAYS)
    for (const hour of ['08', '12', '16']) {
      number += 1;
      trail.now = new Date(`${day}T${hour}:00:00Z`);
      await trail.sequence(KEYS.map((key) => change(key, number)));
      await trail.sequence(KEYS.map((key) => change(`${key}-${number}`, 1)));
      await trail.checkpoint();
    }
  good = trail.objects;
});

const verify = (objects: ReadonlyMap<string, string>, options: VerifyOptions = {}) =>
  verifyTrail(memoryReader(objects), { publicKey: trail.publicKey, ...options });

/** The trail with some of its objects changed, or removed. */
function changed(change: (objects: Map<string, string>) => void): Map<string, string> {
  const objects = new Map(good);
  change(objects);
  return objects;
}

const batches = (objects: ReadonlyMap<string, string>, shard = 0) =>
  [...objects.keys()].filter((key) => key.startsWith(`shard=${shard}/`)).sort();
const checkpoints = (objects: ReadonlyMap<string, string>) =>
  [...objects.keys()].filter((key) => key.startsWith('checkpoints/')).sort();
const linesOf = (objects: ReadonlyMap<string, string>, key: string) =>
  (objects.get(key) ?? '').split('\n').filter((line) => line !== '');
const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

function at<Value>(list: readonly Value[], index: number): Value {
  const value = list.at(index);
  if (value === undefined) throw new Error('the trail is shorter than the test needs');
  return value;
}

function record(line: string): TrailRecord {
  const found = readRecord(line);
  if (found === undefined) throw new Error('not a record');
  return found;
}

function checkpoint(text: string | undefined): Checkpoint {
  const found = readCheckpoint(text ?? '');
  if (found === undefined) throw new Error('not a checkpoint');
  return found;
}

/** A batch of shard 0 with at least two records. */
function wideBatch(): string {
  const key = batches(good).find((each) => linesOf(good, each).length >= 2);
  if (key === undefined) throw new Error('no batch with two records');
  return key;
}

/** Changes the lines of one batch. */
function withLines(key: string, edit: (lines: string[]) => string[]): Map<string, string> {
  return changed((objects) => objects.set(key, textOf(edit(linesOf(objects, key)))));
}

describe('an untouched trail', () => {
  test('[AUDIT-10] is proved whole', async () => {
    const report = await verify(good);
    expect(report).toMatchObject({
      ok: true,
      broken: [],
      records: 144,
      checkpoints: 9,
      signaturesChecked: true,
    });
    expect(report.shards.every(({ last, signedUpTo }) => last === signedUpTo)).toBe(true);
    expect(report.newest).toEqual({ number: 9, at: '2026-11-24T16:00:00.000Z' });
  });

  test.each([
    ['from', { from: new Date('2026-11-23') }],
    ['to', { to: new Date('2026-11-23') }],
    ['from and to', { from: new Date('2026-11-23'), to: new Date('2026-11-23') }],
    ['a time of day', { from: new Date('2026-11-24T13:00:00Z') }],
  ])('[AUDIT-10] is proved in a range: %s', async (_, range) => {
    expect(await verify(good, range)).toMatchObject({ ok: true, broken: [] });
  });

  test('[AUDIT-10] says from when a range is complete', async () => {
    const report = await verify(good, { from: new Date('2026-11-24') });
    expect(report.completeFrom).toBe('2026-11-23T08:00:00.000Z');
  });

  test('[AUDIT-10] says when no signature was checked', async () => {
    const report = await verifyTrail(memoryReader(good));
    expect(report).toMatchObject({ ok: true, signaturesChecked: false });
  });

  test('[AUDIT-10] that is empty has nothing to prove', async () => {
    expect(await verify(new Map())).toMatchObject({ ok: true, records: 0, checkpoints: 0 });
  });
});

describe('records', () => {
  const first = () => at(batches(good), 0);
  const middle = () => at(batches(good), 3);
  const last = () => at(batches(good), -1);

  test('[AUDIT-11] a fact that was altered', async () => {
    const objects = withLines(middle(), (lines) =>
      lines.map((line) => line.replace('billing-agent', 'other')),
    );
    const { broken } = await verify(objects);
    const number = record(at(linesOf(good, middle()), 0)).seq;
    expect(broken).toMatchObject([{ flaw: 'altered', key: middle(), shard: 0, number }]);
  });

  test('[AUDIT-11] a fact that was altered, with a new hash', async () => {
    const key = wideBatch();
    const objects = withLines(key, ([line = '', ...rest]) => {
      const old = record(line);
      const event = { ...old.event, data: { ...old.event.data, agent: 'other' } };
      const before = { shard: old.shard, seq: old.seq - 1, hash: old.prevHash };
      return [writeRecord(link(before, event, new Date(old.at))), ...rest];
    });
    expect((await verify(objects)).broken).toMatchObject([{ flaw: 'unchained', shard: 0 }]);
  });

  test('[AUDIT-11] everything from one record on written anew: the checkpoint contradicts', async () => {
    const objects = changed((each) => {
      let head = genesis(TRAIL, 0);
      for (const key of batches(each)) {
        const lines = linesOf(each, key).map((line) => {
          const { event, at: time } = record(line);
          const next = link(head, { ...event, data: { ...event.data, agent: 'other' } }, new Date(time));
          head = headOf(next);
          return writeRecord(next);
        });
        each.set(key, textOf(lines));
      }
    });
    expect((await verify(objects)).broken).toMatchObject([{ flaw: 'contradicts-checkpoint', shard: 0 }]);
  });

  test.each([
    ['first', () => first()],
    ['middle', () => middle()],
  ])('[AUDIT-11] the %s batch dropped', async (_, key) => {
    const { broken } = await verify(changed((objects) => objects.delete(key())));
    expect(broken).toMatchObject([{ flaw: 'dropped', shard: 0 }]);
  });

  test('[AUDIT-11] one record dropped from a batch', async () => {
    const { broken } = await verify(withLines(wideBatch(), (lines) => lines.slice(1)));
    expect(broken).toMatchObject([{ flaw: 'dropped', key: wideBatch() }]);
  });

  test('[AUDIT-11] the last batch cut off', async () => {
    const { broken } = await verify(changed((objects) => objects.delete(last())));
    expect(broken).toMatchObject([{ flaw: 'truncated', shard: 0 }]);
  });

  test('[AUDIT-11] a whole shard taken away', async () => {
    const objects = changed((each) => {
      for (const key of batches(each)) each.delete(key);
    });
    expect((await verify(objects)).broken).toMatchObject([{ flaw: 'truncated', shard: 0, number: 1 }]);
  });

  test('[AUDIT-11] a batch cut in the middle of a line', async () => {
    const objects = changed((each) => each.set(last(), (each.get(last()) ?? '').slice(0, -20)));
    expect((await verify(objects)).broken).toMatchObject([{ flaw: 'altered', key: last() }]);
  });

  test('[AUDIT-11] a batch emptied', async () => {
    expect((await verify(changed((each) => each.set(middle(), '')))).ok).toBe(false);
  });

  test('[AUDIT-11] records in another order', async () => {
    const { broken } = await verify(withLines(wideBatch(), (lines) => [...lines].reverse()));
    expect(broken).toMatchObject([{ flaw: 'reordered', key: wideBatch() }]);
  });

  test('[AUDIT-11] a record twice', async () => {
    const { broken } = await verify(withLines(middle(), ([line = '', ...rest]) => [line, line, ...rest]));
    expect(broken).toMatchObject([{ flaw: 'duplicated', key: middle() }]);
  });

  test('[AUDIT-11] a batch twice, under another name', async () => {
    const copy = last().replace('.ndjson', '').slice(0, -4);
    const objects = changed((each) => each.set(`${copy}9999.ndjson`, each.get(last()) ?? ''));
    expect((await verify(objects)).broken).toMatchObject([{ flaw: 'duplicated' }]);
  });

  test('[AUDIT-11] a record added at the end, well chained: it is told as not signed for', async () => {
    const objects = withLines(last(), (lines) => {
      const end = record(at(lines, -1));
      return [...lines, writeRecord(link(headOf(end), end.event, new Date(end.at)))];
    });
    const report = await verify(objects);
    const shard = report.shards.find((each) => each.shard === 0);
    expect(shard?.last).toBe((shard?.signedUpTo ?? 0) + 1);
  });

  test('[AUDIT-11] the batch of another shard', async () => {
    const other = good.get(at(batches(good, 1), 0)) ?? '';
    const objects = changed((each) => each.set(first(), other));
    expect((await verify(objects)).broken.map(({ flaw }) => flaw)).toContain('reordered');
  });

  test('[AUDIT-11] the trail of another deployment', async () => {
    const options = { trail: '999999999999:eu-west-1:remit' };
    expect((await verify(good, options)).broken.map(({ flaw }) => flaw)).toContain('foreign');
  });

  test.each([
    ['a member twice', (line: string) => line.replace('{"at"', '{"at":"2026-01-01T00:00:00.000Z","at"')],
    ['spaces', (line: string) => line.replace('{"at"', '{ "at"')],
    ['another escape', (line: string) => line.replace('billing-agent', '\\u0062illing-agent')],
    ['a member more', (line: string) => line.replace('{"at"', '{"added":1,"at"')],
  ])('[AUDIT-11] another spelling of a line: %s', async (_, spell) => {
    const objects = withLines(middle(), (lines) => lines.map(spell));
    expect((await verify(objects)).broken).toMatchObject([{ flaw: 'altered', key: middle() }]);
  });

  test('[AUDIT-11] an object that is none of the trail', async () => {
    const objects = changed((each) => each.set('shard=0/day=2026-11-22/notes.txt', 'hello'));
    expect((await verify(objects)).broken).toMatchObject([{ flaw: 'foreign' }]);
  });

  test('[AUDIT-11] in a range: the records of its first day dropped', async () => {
    const objects = changed((each) => {
      for (const key of batches(each).slice(0, 8)) each.delete(key);
    });
    expect((await verify(objects, { from: new Date('2026-11-24') })).ok).toBe(false);
  });

  test('[AUDIT-11] in a range: all of a shard dropped', async () => {
    const objects = changed((each) => {
      for (const key of batches(each)) if (!key.includes('2026-11-22')) each.delete(key);
    });
    const { broken } = await verify(objects, { from: new Date('2026-11-24') });
    expect(broken).toMatchObject([{ flaw: 'truncated', shard: 0 }]);
  });
});

describe('checkpoints', () => {
  const key = (index: number) => at(checkpoints(good), index);
  const flaws = async (objects: ReadonlyMap<string, string>, options: VerifyOptions = {}) =>
    (await verify(objects, options)).broken.map(({ flaw }) => flaw);

  test('[AUDIT-12] one left out', async () => {
    expect(await flaws(changed((each) => each.delete(key(4))))).toContain('checkpoint-dropped');
  });

  test('[AUDIT-12] all left out, of a trail that is older than an hour', async () => {
    const objects = changed((each) => {
      for (const name of checkpoints(each)) each.delete(name);
    });
    expect(await flaws(objects)).toEqual(['checkpoint-dropped']);
  });

  test('[AUDIT-12] the newest left out, with later records', async () => {
    expect(await flaws(changed((each) => each.delete(key(-1))))).toEqual(['checkpoint-dropped']);
  });

  test('[AUDIT-12] one altered', async () => {
    const objects = changed((each) =>
      each.set(key(4), (each.get(key(4)) ?? '').replace('"seq":', '"seq":1')),
    );
    expect(await flaws(objects)).toContain('checkpoint-signature');
  });

  test('[AUDIT-12] one unreadable', async () => {
    expect(await flaws(changed((each) => each.set(key(4), 'no')))).toContain('checkpoint-altered');
  });

  test('[AUDIT-12] all signed anew with another key, over records written anew', async () => {
    const forger = newSigner();
    let before: Checkpoint | undefined;
    const objects = new Map(good);
    for (const name of checkpoints(good)) {
      const { statement: old } = checkpoint(good.get(name));
      const statement = nextStatement(TRAIL, before, { heads: old.heads, at: new Date(old.at) });
      const signature = await forger.signer.sign(signedBytes(statement));
      before = { statement, signature: Buffer.from(signature).toString('base64url') };
      objects.set(name, writeCheckpoint(before));
    }
    expect(await flaws(objects)).toContain('checkpoint-signature');
    expect((await verify(objects, { publicKey: forger.publicKey })).ok).toBe(true);
  });

  test('[AUDIT-12] one in the place of another', async () => {
    const objects = changed((each) => each.set(key(5), each.get(key(4)) ?? ''));
    expect(await flaws(objects)).toContain('checkpoint-altered');
  });

  test('[AUDIT-13] the last day cut off with its checkpoints: only a kept one tells', async () => {
    const kept = [checkpoint(good.get(key(-1)))];
    const objects = changed((each) => {
      for (const name of [...each.keys()]) if (name.includes('2026-11-24')) each.delete(name);
    });
    expect(await flaws(objects)).toEqual([]);
    expect(new Set(await flaws(objects, { kept }))).toContain('truncated');
    expect(await flaws(good, { kept })).toEqual([]);
  });

  test('[AUDIT-13] everything taken away: a kept checkpoint tells', async () => {
    const kept = [checkpoint(good.get(key(-1)))];
    expect(await flaws(new Map(), { kept })).toContain('truncated');
  });

  test('[AUDIT-13] a kept checkpoint that the key has not signed counts for nothing', async () => {
    const { statement } = checkpoint(good.get(key(-1)));
    const kept = [{ statement: { ...statement, number: 99 }, signature: 'AAAA' }];
    expect(await flaws(good, { kept })).toEqual(['checkpoint-signature']);
  });

  test('[AUDIT-12] a key of another kind is refused', () => {
    expect(() => readPublicKey('not a key')).toThrow();
  });
});
