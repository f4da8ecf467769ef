// Searches of the trail: what is found, in which order, and that pages add up whatever ends them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readUntil } from '../../../src/core/audit/bounded-reader.ts';
import { batchKey } from '../../../src/core/audit/plan.ts';
import type { TrailReader } from '../../../src/core/audit/ports.ts';
import { readTrail } from '../../../src/core/audit/read-trail.ts';
import { type TrailRecord, writeRecord } from '../../../src/core/audit/record.ts';
import {
  readCursor,
  searchTrail,
  type TrailSearch,
  writeCursor,
} from '../../../src/core/audit/search-trail.ts';
import { memoryReader } from '../../support/trail.ts';

const ZERO = `sha256:${'0'.repeat(64)}`;
const START = Date.parse('2026-11-20T00:00:00Z');
const never = () => false;
const ALL: TrailSearch = {
  from: new Date('2026-11-19T00:00:00Z'),
  to: new Date('2026-11-30T00:00:00Z'),
  limit: 500,
};

interface Sketch {
  readonly shard: number;
  /** Minutes after the record before it in its shard. */
  readonly minutes: number;
  readonly data?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly subject?: string;
}

/** Records as the sequencer numbers them: in a shard neither numbers nor times go back; two of them a batch. */
function trailOf(sketches: readonly Sketch[]): { reader: TrailReader; records: TrailRecord[] } {
  const heads = [0, 1, 2, 3].map(() => ({ seq: 0, at: START }));
  const records = sketches.map(
    ({ shard, minutes, data = {}, type = 'remit.grant.ended', subject = 'row' }) => {
      const head = heads[shard] ?? { seq: 0, at: START };
      head.seq += 1;
      head.at += minutes * 60_000;
      const at = new Date(head.at).toISOString();
      return {
        shard,
        seq: head.seq,
        at,
        prevHash: ZERO,
        hash: ZERO,
        event: {
          specversion: '1.0' as const,
          id: `grants/${subject}/${shard}-${head.seq}`,
          source: 'urn:remit:test',
          type,
          subject,
          time: at,
          datacontenttype: 'application/json' as const,
          dataschema: 'urn:remit:schema:audit-event:1' as const,
          data: { requestId: 'r', ...data },
        },
      };
    },
  );
  const objects = new Map<string, string>();
  for (const record of records) {
    const key = batchKey({
      shard: record.shard,
      seq: record.seq - ((record.seq - 1) % 2),
      at: new Date(record.at),
    });
    const own = batchKey({ shard: record.shard, seq: record.seq, at: new Date(record.at) });
    const name = objects.has(key) ? key : own;
    objects.set(name, `${objects.get(name) ?? ''}${writeRecord(record)}\n`);
  }
  return { reader: memoryReader(objects), records };
}

async function pages(reader: TrailReader, search: TrailSearch, isOver = never) {
  const found: TrailRecord[] = [];
  let count = 0;
  for (let next = search.next; ; count += 1) {
    const page = await searchTrail(reader, { ...search, ...(next && { next }) }, isOver);
    found.push(...page.records);
    if (page.next === undefined) return { found, count: count + 1 };
    next = readCursor(writeCursor(page.next));
    if (next === undefined || count > 10_000) throw new Error('the pages do not end');
  }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const sketch = fc.record({ shard: fc.nat(3), minutes: fc.nat(3000) });

test('[ASK-16] pages of any size have each record once, the newest first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sketch, { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (made, limit) => {
        const { reader, records } = trailOf(made);
        const search = { ...ALL, to: new Date('2027-02-28T00:00:00Z'), limit };
        const { found } = await pages(reader, search);
        expect(found.map(({ event }) => event.id).sort()).toEqual(
          records.map(({ event }) => event.id).sort(),
        );
        expect(found.map(({ at }) => at)).toEqual(
          found
            .map(({ at }) => at)
            .sort()
            .reverse(),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('[ASK-17] a search that is ended at every record still comes to its end, and finds the same', async () => {
  const made = Array.from({ length: 12 }, (_, at) => ({ shard: at % 4, minutes: at * 90 }));
  const { reader, records } = trailOf(made);
  const { found, count } = await pages(reader, ALL, () => true);
  expect(found).toHaveLength(records.length);
  expect(count).toBeGreaterThan(records.length);
});

describe('[ASK-16] a filter', () => {
  const { reader } = trailOf([
    { shard: 0, minutes: 1, data: { agent: 'billing', task: 'refund', grantId: 'G1' } },
    {
      shard: 1,
      minutes: 2,
      subject: 'AGENT#billing',
      type: 'remit.agent.suspended',
      data: { actorSubject: 'ada' },
    },
    {
      shard: 2,
      minutes: 3,
      subject: 'G1',
      type: 'remit.approval.recorded',
      data: { approverSubject: 'ben' },
    },
    { shard: 3, minutes: 2000, data: { agent: 'other', subject: 'ada' } },
  ]);
  const found = async (search: Partial<TrailSearch>) =>
    (await searchTrail(reader, { ...ALL, ...search }, never)).records.map(({ shard }) => shard);
  test.each<[Partial<TrailSearch>, number[]]>([
    [{ agent: 'billing' }, [1, 0]],
    [{ task: 'refund' }, [0]],
    [{ grant: 'G1' }, [2, 0]],
    [{ person: 'ada' }, [1]],
    [{ person: 'ben' }, [2]],
    [{ type: 'grant' }, [3, 0]],
    [{ type: 'agent.suspended' }, [1]],
    [{ type: 'agent.susp' }, []],
    [{ agent: 'billing', type: 'grant' }, [0]],
    [{ to: new Date('2026-11-20T00:02:00Z') }, [1, 0]],
    [{ from: new Date('2026-11-20T00:03:00Z') }, [3, 2]],
    [{ from: new Date('2026-11-21T00:00:00Z'), to: new Date('2026-11-20T00:00:00Z') }, []],
  ])('%j finds what it names', async (search, expected) => {
    expect(await found(search)).toEqual(expected);
  });
});

test('[ASK-16] what happened before midnight and was recorded after it is found by its time', async () => {
  const { reader, records } = trailOf([{ shard: 0, minutes: 24 * 60 + 1 }]);
  const [record] = records;
  if (record === undefined) throw new Error('no record');
  const late = { ...record, event: { ...record.event, time: '2026-11-20T23:59:59.000Z' } };
  const [key = ''] = await all(reader.list('shard='));
  const moved = memoryReader(new Map([[key, `${writeRecord(late)}\n`]]));
  const search = { ...ALL, to: new Date('2026-11-20T23:59:59.500Z') };
  expect((await searchTrail(moved, search, never)).records).toHaveLength(1);
});

test.each([
  '',
  '2026-11-24',
  '2026-11-24.1.2.3',
  '2026-11-24.1.2.3.4.5',
  '2026-02-31.-.-.-.-',
  '2026-11-24.x.-.-.-',
  '../../etc.1.2.3.4',
])('[ASK-16] %j is no cursor', (text) => {
  expect(readCursor(text)).toBeUndefined();
});

test('[ASK-17] a reader whose time is over gives no more names and remembers it', async () => {
  const { reader } = trailOf([0, 1, 2, 3].map((shard) => ({ shard, minutes: 1 })));
  let left = 2;
  const bounded = readUntil(reader, () => left-- <= 0);
  expect(await all(readTrail(bounded.reader))).toHaveLength(2);
  expect(bounded.wasCut()).toBe(true);
  const whole = readUntil(reader, never);
  expect(await all(readTrail(whole.reader))).toHaveLength(4);
  expect(whole.wasCut()).toBe(false);
});
