// The sequencer: exactly once, in order, whatever crashes and whoever else is at it.

import { describe, expect, test } from 'vitest';
import {
  AUDIT_SHARDS,
  numberAfter,
  readRow,
  shardOf,
  TOLD_SINGLY,
} from '../../../src/core/audit/from-row.ts';
import { verifyTrail } from '../../../src/core/audit/verify.ts';
import { Crash, change, memoryReader, memoryTrail, TRAIL } from '../../support/trail.ts';

const story = (key: string, count: number) =>
  Array.from({ length: count }, (_, index) => change(key, index + 1));
const rows = Array.from({ length: 12 }, (_, index) => `row-${index}`);
const ids = (trail: ReturnType<typeof memoryTrail>) => trail.records().map(({ event }) => event.id);

test('[AUDIT-1] what is delivered again is not recorded again', async () => {
  const trail = memoryTrail();
  const all = rows.flatMap((key) => story(key, 3));
  expect(await trail.sequence(all)).toEqual({ recorded: 36, gaps: 0, conflicts: 0, poison: 0 });
  expect(await trail.sequence(all)).toMatchObject({ recorded: 0 });
  expect(await trail.sequence(all.slice(20).concat(change('row-0', 4)))).toMatchObject({
    recorded: 1,
    gaps: 0,
  });
  expect(new Set(ids(trail)).size).toBe(37);
});

test('[AUDIT-1] the events of a row are in its order, in one shard', async () => {
  const trail = memoryTrail();
  await trail.sequence(rows.flatMap((key) => story(key, 5)));
  for (const key of rows) {
    const own = trail.records().filter(({ event }) => event.subject === key);
    expect(own.map(({ event }) => event.id)).toEqual([1, 2, 3, 4, 5].map((n) => `grants/${key}/${n}`));
    expect(new Set(own.map(({ shard }) => shard))).toEqual(new Set([shardOf(`grants/${key}`)]));
  }
});

test('[AUDIT-2] numbers have no gaps, and each record has the hash of the one before it', async () => {
  const trail = memoryTrail();
  for (const key of rows) await trail.sequence(story(key, 4));
  for (let shard = 0; shard < AUDIT_SHARDS; shard += 1) {
    const own = trail.records().filter((record) => record.shard === shard);
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1));
    for (const [index, record] of own.slice(1).entries()) expect(record.prevHash).toBe(own[index]?.hash);
  }
});

test('[AUDIT-2] a batch that is too large for one write becomes several', async () => {
  const trail = memoryTrail();
  const facts = { note: 'x'.repeat(3000) };
  const event = { type: 'grant.reserved', at: '2026-11-24T11:59:59.000Z', requestId: 'r', facts };
  const many = Array.from({ length: 300 }, (_, index) => change('one-row', index + 1, { event }));
  expect(await trail.sequence(many)).toMatchObject({ recorded: 300, gaps: 0 });
  expect(trail.objects.size).toBeGreaterThan(3);
  expect((await verifyTrail(memoryReader(trail.objects))).ok).toBe(true);
});

test('[AUDIT-2] times and names of a shard never go back, whatever the clock does', async () => {
  const trail = memoryTrail();
  await trail.sequence([change('row', 1)]);
  trail.now = new Date('2026-11-23T23:59:59Z');
  await trail.sequence([change('row', 2)]);
  expect((await verifyTrail(memoryReader(trail.objects))).ok).toBe(true);
});

describe('crashes', () => {
  test.each(['before', 'after'] as const)(
    '[AUDIT-3] a crash %s any step is made good by the redelivery, by another event, or by the next checkpoint',
    async (when) => {
      for (let step = 1; step <= 12; step += 1) {
        const trail = memoryTrail();
        await trail.sequence([change('row', 1)]);
        const batch = [change('row', 2), change('row', 3), { ...change('row', 4, { event: 'unreadable' }) }];
        trail.crashAt(step, when);
        await trail.sequence(batch).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
        trail.crashAt(Number.POSITIVE_INFINITY, when);
        if (step % 2 === 0) await trail.checkpoint();
        await trail.sequence(batch);
        await trail.sequence([change('row', 5)]);
        const expected = ['1', '2', '3', '4/unreadable', '5'].map((n) => `grants/row/${n}`);
        expect(ids(trail), `step ${step}`).toEqual(expected);
        expect(new Set(trail.published.map(({ event }) => event.id)).size).toBe(5);
        expect(trail.poison.length).toBeGreaterThan(0);
        await trail.checkpoint();
        const { publicKey } = trail;
        expect((await verifyTrail(memoryReader(trail.objects), { publicKey })).broken).toEqual([]);
      }
    },
  );

  test('[AUDIT-3] a checkpoint finishes what a crashed sequencer left', async () => {
    const trail = memoryTrail();
    trail.crashAt(1, 'after');
    await expect(trail.sequence([change('row', 1)])).rejects.toThrow(Crash);
    expect(trail.records()).toHaveLength(0);
    const made = await trail.checkpoint();
    expect(ids(trail)).toEqual(['grants/row/1']);
    expect(made?.statement.heads.find(({ seq }) => seq === 1)).toBeDefined();
  });
});

test('[AUDIT-4] sequencers at once number each event once', async () => {
  const trail = memoryTrail();
  const all = rows.flatMap((key) => story(key, 6));
  // every one of them brings everything: whoever is late finds it recorded
  const reports = await Promise.all(Array.from({ length: 8 }, () => trail.sequence(all)));
  expect(reports.reduce((sum, { recorded }) => sum + recorded, 0)).toBe(72);
  expect(new Set(ids(trail)).size).toBe(72);
  expect((await verifyTrail(memoryReader(trail.objects))).broken).toEqual([]);
});

describe('loss', () => {
  test('[AUDIT-5] a number that is skipped is told before the event after it', async () => {
    const trail = memoryTrail();
    await trail.sequence([change('row', 1)]);
    expect(await trail.sequence([change('row', 4)])).toMatchObject({ recorded: 2, gaps: 1 });
    const [, gap, next] = trail.records();
    expect(gap?.event).toMatchObject({
      type: 'remit.audit.gap',
      data: { row: 'grants/row', from: 2, to: 3 },
    });
    expect(next?.event.id).toBe('grants/row/4');
  });

  test('[AUDIT-5] a row whose beginning is missing is told', async () => {
    const trail = memoryTrail();
    expect(await trail.sequence([change('row', 2)])).toMatchObject({ gaps: 1 });
  });

  test('[AUDIT-5] another event with the same number is told, once', async () => {
    const trail = memoryTrail();
    await trail.sequence([change('row', 1)]);
    const event = { type: 'grant.ended', at: '2026-11-24T11:59:59.000Z', requestId: 'r', facts: {} };
    const other = change('row', 1, { event });
    expect(await trail.sequence([other])).toMatchObject({ recorded: 1, conflicts: 1 });
    expect(await trail.sequence([other])).toMatchObject({ recorded: 0, conflicts: 0 });
  });
});

describe('a row that begins anew', () => {
  const DAY_MS = 86_400_000;
  const at = (days: number) => new Date(Date.parse('2026-11-24T12:00:00Z') + days * DAY_MS);
  /** A change as its stream tells it, that many days later. */
  const told = (number: number, days: number, key = 'row') => ({
    ...change(key, number, { event: eventOf(number, days) }),
    changedAt: at(days),
  });
  const eventOf = (number: number, days: number) => ({
    type: 'agent.registered',
    at: '2026-11-24T11:59:59.000Z',
    requestId: `request-${number}-${days}`,
    facts: {},
  });

  test.each([1, 3, 5])(
    '[AUDIT-56] at number %i, after five: a contradiction, and each of its events under an id of its own',
    async (first) => {
      const trail = memoryTrail();
      await trail.sequence([1, 2, 3, 4, 5].map((number) => told(number, 0)));
      trail.now = at(92);
      const again = [first, first + 1].map((number) => told(number, 92));
      const gaps = first === 1 ? 0 : 1;
      expect(await trail.sequence(again)).toEqual({ recorded: 3 + gaps, gaps, conflicts: 1, poison: 0 });
      expect(await trail.sequence(again)).toMatchObject({ recorded: 0 });
      const [note, ...rest] = trail.records().slice(5);
      expect(note?.event).toMatchObject({
        id: `grants/row~2/${first}/conflict`,
        type: 'remit.audit.conflict',
        data: { row: 'grants/row', number: first, last: 5 },
      });
      const own = rest.filter(({ event }) => event.type === 'remit.agent.registered');
      expect(own.map(({ event }) => event.id)).toEqual([first, first + 1].map((n) => `grants/row~2/${n}`));
      trail.now = at(300);
      expect(await trail.sequence([told(1, 300)])).toMatchObject({ recorded: 2, conflicts: 1 });
      expect(ids(trail).at(-1)).toBe('grants/row~3/1');
      await trail.checkpoint();
      expect((await verifyTrail(memoryReader(trail.objects))).broken).toEqual([]);
    },
  );

  test('[AUDIT-60] two that contradict each other in one batch are told once each, and the batch ends', async () => {
    const trail = memoryTrail();
    const other = { ...eventOf(1, 0), requestId: 'another' };
    expect(await trail.sequence([told(1, 0), change('row', 1, { event: other }), told(2, 0)])).toEqual({
      recorded: 3,
      gaps: 0,
      conflicts: 1,
      poison: 0,
    });
    expect(trail.records().map(({ event }) => event.type)).toEqual([
      'remit.agent.registered',
      'remit.audit.conflict',
      'remit.agent.registered',
    ]);
  });

  test('[AUDIT-60] the last of a row and the first of the one that begins anew in one batch are told once each', async () => {
    const trail = memoryTrail();
    await trail.sequence([told(1, 0), told(2, 0)]);
    trail.now = at(92);
    expect(await trail.sequence([told(3, 0), told(1, 92)])).toMatchObject({
      recorded: 3,
      gaps: 0,
      conflicts: 1,
    });
    expect(await trail.sequence([told(3, 0), told(1, 92)])).toMatchObject({ recorded: 0 });
  });

  test('[AUDIT-56] whatever its own event says of the time: the table’s clock counts', async () => {
    const trail = memoryTrail();
    await trail.sequence([1, 2].map((number) => told(number, 0)));
    const dated = { ...eventOf(1, 1), at: '2020-01-01T00:00:00.000Z' };
    const again = { ...change('row', 1, { event: dated }), changedAt: at(1) };
    expect(await trail.sequence([again])).toMatchObject({ conflicts: 1, recorded: 2 });
  });

  test('[AUDIT-56] without a stream that says when, the event’s own time counts', async () => {
    const trail = memoryTrail();
    await trail.sequence([1, 2].map((number) => told(number, 0)));
    const event = { ...eventOf(1, 1), at: at(1).toISOString() };
    expect(await trail.sequence([change('row', 1, { event })])).toMatchObject({ conflicts: 1, recorded: 2 });
  });

  test('[AUDIT-56] what is delivered again late, or changed late without an event, begins nothing', async () => {
    const trail = memoryTrail();
    const all = [0, 1, 2, 3].map((days) => told(days + 1, days));
    await trail.sequence(all.slice(0, 2));
    trail.now = at(30);
    await trail.sequence(all);
    trail.now = at(60);
    expect(await trail.sequence(all)).toMatchObject({ recorded: 0, conflicts: 0 });
    // a poll: the row is written, and has the event that it had
    expect(await trail.sequence([{ ...told(4, 3), changedAt: at(20) }])).toMatchObject({ recorded: 0 });
  });

  test('[AUDIT-56] its end that nobody can read comes back like any other', async () => {
    const trail = memoryTrail();
    await trail.sequence([1, 2].map((number) => told(number, 0)));
    const lost = { ...change('row', 2, { event: 'unreadable' }), changedAt: at(92) };
    await trail.sequence([told(1, 92), lost]);
    const readable = { ...change('row', 2, { event: eventOf(2, 92) }), raw: lost.raw, isRecovered: true };
    expect(await trail.sequence([readable])).toMatchObject({ recorded: 1, conflicts: 0 });
    await trail.checkpoint();
    const { publicKey } = trail;
    expect((await verifyTrail(memoryReader(trail.objects), { publicKey })).broken).toEqual([]);
  });
});

describe('poison', () => {
  test('[AUDIT-6] an unreadable event is set aside whole, and its number is told', async () => {
    const trail = memoryTrail();
    const bad = change('row', 2, { event: { type: 'Grant Reserved' } });
    const report = await trail.sequence([change('row', 1), bad, change('row', 3)]);
    expect(report).toEqual({ recorded: 3, gaps: 0, conflicts: 0, poison: 1 });
    expect(trail.poison).toEqual([{ source: 'grants', key: 'row', why: 'event.type', image: bad.raw }]);
    expect(trail.records()[1]?.event.type).toBe('remit.audit.unreadable');
  });

  test('[AUDIT-6] one without a readable number is set aside, and the next event tells of the gap', async () => {
    const trail = memoryTrail();
    const bad = change('row', 1, { eventNumber: 'one' });
    expect(await trail.sequence([bad])).toMatchObject({ recorded: 0, poison: 1 });
    expect(await trail.sequence([change('row', 2)])).toMatchObject({ gaps: 1 });
  });

  test('[AUDIT-6] an event that is far too long is set aside', async () => {
    const facts = { note: 'x'.repeat(20_000) };
    const event = { type: 'grant.reserved', at: '2026-11-24T11:59:59.000Z', requestId: 'r', facts };
    expect(await memoryTrail().sequence([change('row', 1, { event })])).toMatchObject({ poison: 1 });
  });

  test('[AUDIT-7] what comes back readable is recorded once, under its own id', async () => {
    const trail = memoryTrail();
    await trail.sequence([change('row', 1, { event: 'unreadable' }), change('row', 2)]);
    const back = { ...change('row', 1), isRecovered: true };
    expect(await trail.sequence([back])).toEqual({ recorded: 1, gaps: 0, conflicts: 0, poison: 0 });
    expect(await trail.sequence([back])).toMatchObject({ recorded: 0, conflicts: 0 });
    expect(ids(trail).filter((id) => id === 'grants/row/1')).toHaveLength(1);
  });

  test('[AUDIT-7] what comes back unreadable is set aside again and tells nothing new', async () => {
    const trail = memoryTrail();
    await trail.sequence([change('row', 1, { event: 'unreadable' })]);
    const back = { ...change('row', 1, { event: 'unreadable' }), isRecovered: true };
    expect(await trail.sequence([back])).toMatchObject({ recorded: 0, poison: 1 });
  });
});

describe('counters', () => {
  const counted = (number: number) => ({
    ...change('REFUSED#1', number, { isCounter: true }),
    source: 'outbox',
  });

  test('[AUDIT-8] a hundred thousand refusals of a minute are told some twenty times, with their number', async () => {
    const told = [];
    for (let number = 1; number <= 100_000; number += 1) {
      const { entry } = readRow(TRAIL, counted(number));
      if (entry) told.push(entry.event.data['count']);
    }
    expect(told).toEqual([1, 2, 3, 4, 5, ...Array.from({ length: 14 }, (_, index) => 2 ** (index + 3))]);
    expect(told.length).toBeLessThan(TOLD_SINGLY + Math.log2(100_000));
  });

  test('[AUDIT-8] counts that are not told are no gap, and one that should have been told is', async () => {
    const trail = memoryTrail();
    const until = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => counted(from + index));
    expect(await trail.sequence(until(1, 40))).toMatchObject({ recorded: 8, gaps: 0 });
    expect(await trail.sequence(until(100, 200))).toMatchObject({ recorded: 2, gaps: 1 });
    expect([...Array(6).keys()].map((last) => numberAfter(last, true))).toEqual([1, 2, 3, 4, 5, 8]);
  });
});

describe('checkpoints', () => {
  test('[AUDIT-14] each has the next number, the hash of the one before, and all shards', async () => {
    const trail = memoryTrail();
    const first = await trail.checkpoint();
    await trail.sequence(rows.map((key) => change(key, 1)));
    const second = await trail.checkpoint();
    expect(first?.statement.heads.map(({ seq }) => seq)).toEqual([0, 0, 0, 0]);
    expect(second?.statement.number).toBe(2);
    expect(second?.statement.heads.reduce((sum, { seq }) => sum + seq, 0)).toBe(12);
  });

  test('[AUDIT-14] of two made at once one counts', async () => {
    const trail = memoryTrail();
    const made = await Promise.all([trail.checkpoint(), trail.checkpoint()]);
    expect(made.filter((each) => each !== undefined)).toHaveLength(1);
  });

  test('[AUDIT-14] one whose maker crashed before archiving is archived by the next', async () => {
    const trail = memoryTrail();
    trail.crashAt(1, 'after');
    await expect(trail.checkpoint()).rejects.toThrow(Crash);
    await trail.checkpoint();
    const report = await verifyTrail(memoryReader(trail.objects), { publicKey: trail.publicKey });
    expect(report).toMatchObject({ ok: true, checkpoints: 2 });
  });
});
