// What every store of the sequencer's state does, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { genesis, headOf, link } from '../../src/core/audit/chain.ts';
import { nextStatement } from '../../src/core/audit/checkpoint.ts';
import { readRow } from '../../src/core/audit/from-row.ts';
import type { ShardHead, TrailStore } from '../../src/core/audit/ports.ts';
import { writeRecord } from '../../src/core/audit/record.ts';
import { change, TRAIL } from '../support/trail.ts';

export interface TrailStoreUnderTest {
  readonly store: TrailStore;
  close(): Promise<void>;
}

const AT = new Date('2026-11-24T12:00:00.000Z');
const position = (row: string, number: number) => ({ row, number, digest: `sha256:${number}`, at: AT });

/** The head after one more record, with its batch. */
function nextHead(seen: ShardHead, key: string) {
  const event = readRow(TRAIL, change(key, 1)).entry?.event;
  if (event === undefined) throw new Error('no event');
  const record = link(seen, event, AT);
  const pending = { key, body: `${writeRecord(record)}\n`, positions: [position(`grants/${key}`, 1)] };
  return { ...headOf(record), at: AT, pending };
}

export function trailStoreContract(name: string, start: () => Promise<TrailStoreUnderTest>): void {
  describe(`trail store: ${name}`, () => {
    let under: TrailStoreUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());
    const beginning = (shard: number): ShardHead => ({ ...genesis(TRAIL, shard), at: new Date(0) });

    test('[AUDIT-4] of fifty that advance a head at once, one does', async () => {
      expect(await under.store.readHead(0)).toBeUndefined();
      const tries = Array.from({ length: 50 }, (_, index) => nextHead(beginning(0), `row-${index}`));
      const won = await Promise.all(tries.map((next) => under.store.advance(beginning(0), next)));
      expect(won.filter((each) => each)).toHaveLength(1);
      expect(await under.store.readHead(0)).toEqual(tries[won.indexOf(true)]);
    });

    test('[AUDIT-3] a head with a pending batch does not advance, and one that moved on is not cleared', async () => {
      const first = nextHead(beginning(1), 'one');
      await under.store.advance(beginning(1), first);
      const second = nextHead(first, 'two');
      expect(await under.store.advance(first, second)).toBe(false);
      await under.store.clearPending(beginning(1));
      expect(await under.store.readHead(1)).toEqual(first);
      await under.store.clearPending(first);
      expect((await under.store.readHead(1))?.pending).toBeUndefined();
      expect(await under.store.advance(first, second)).toBe(true);
      await under.store.clearPending(first);
      expect(await under.store.readHead(1)).toEqual(second);
      expect(await under.store.advance({ ...second, hash: first.hash }, second)).toBe(false);
    });

    test('[AUDIT-1] positions go forward only, and many are read at once', async () => {
      const rows = Array.from({ length: 130 }, (_, index) => `grants/row-${index}`);
      for (const row of rows) await under.store.writePosition(position(row, 2));
      await under.store.writePosition(position('grants/row-0', 1));
      await under.store.writePosition(position('grants/row-1', 3));
      const found = await under.store.readPositions([...rows, 'grants/unknown']);
      expect(found.size).toBe(130);
      expect(found.get('grants/row-0')).toEqual(position('grants/row-0', 2));
      expect(found.get('grants/row-1')).toEqual(position('grants/row-1', 3));
      expect((await under.store.readPositions([])).size).toBe(0);
    });

    test('[AUDIT-31] what a row misses is kept with its position, and an earlier writer does not bring it back', async () => {
      const missing = { ...position('grants/late', 7), missing: [{ from: 5, to: 6 }] };
      const later = { ...position('grants/late', 7), at: new Date(AT.getTime() + 1) };
      const read = async () => (await under.store.readPositions(['grants/late'])).get('grants/late');
      await under.store.writePosition(missing);
      expect(await read()).toEqual(missing);
      await under.store.writePosition(later);
      await under.store.writePosition(missing);
      expect(await read()).toEqual(later);
    });

    test('[AUDIT-56] the position of a row that began anew goes over every earlier one, and none goes over it', async () => {
      const old = position('grants/again', 9);
      const anew = { ...position('grants/again', 1), era: 1, changedAt: new Date(AT.getTime() + 2) };
      const read = async () => (await under.store.readPositions(['grants/again'])).get('grants/again');
      await under.store.writePosition(old);
      await under.store.writePosition(anew);
      await under.store.writePosition({ ...old, number: 10 });
      expect(await read()).toEqual(anew);
      await under.store.writePosition({ ...anew, number: 2 });
      await under.store.writePosition(anew);
      expect(await read()).toEqual({ ...anew, number: 2 });
      await under.store.writePosition({ ...anew, era: 2 });
      expect(await read()).toEqual({ ...anew, era: 2 });
    });

    test('[AUDIT-14] of two checkpoints made at once, one counts', async () => {
      const make = (before: Parameters<TrailStore['writeCheckpoint']>[0]) => ({
        statement: nextStatement(TRAIL, before, { heads: [beginning(0)], at: AT }),
        signature: 'c2lnbmVk',
      });
      const first = make(undefined);
      expect(await under.store.readCheckpoint()).toBeUndefined();
      expect(await under.store.writeCheckpoint(undefined, first)).toBe(true);
      expect(await under.store.writeCheckpoint(undefined, first)).toBe(false);
      const second = make(first);
      const both = [second, second].map((next) => under.store.writeCheckpoint(first, next));
      expect((await Promise.all(both)).sort()).toEqual([false, true]);
      expect(await under.store.readCheckpoint()).toEqual(second);
    });
  });
}
