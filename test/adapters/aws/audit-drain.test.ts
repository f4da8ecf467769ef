// Streams into the trail with the adapters of AWS: deliveries that come twice or out of order, a consumer that dies
// between any two steps, two at once, and what comes back from the queue.

import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { doAuditOrder } from '../../../src/adapters/aws/audit-orders.ts';
import { drain } from '../../../src/adapters/aws/drain.ts';
import { redrive } from '../../../src/adapters/aws/redrive.ts';
import { rescan } from '../../../src/adapters/aws/rescan.ts';
import { rowOf } from '../../../src/adapters/aws/stream-rows.ts';
import { makeCheckpoint } from '../../../src/core/audit/make-checkpoint.ts';
import { sequence } from '../../../src/core/audit/sequence.ts';
import { verifyTrail } from '../../../src/core/audit/verify.ts';
import {
  type DrainUnderTest,
  drainOn,
  eventImage,
  lambdaRecord,
  SOURCE_TABLES,
  writeRow,
} from '../../support/drain.ts';
import { startTables, type Tables } from '../../support/tables.ts';

let tables: Tables;
let under: DrainUnderTest;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  await tables.close();
  tables = await startTables();
  under = drainOn(tables);
});
afterEach(() => under.close());

const bring = (records: Parameters<typeof drain>[2]) => drain(under.deps, SOURCE_TABLES, records);
const ids = async () => (await under.records()).map(({ event }) => event.id).sort();

/** Changes of five rows in four tables, three events each, in the order of each row. */
const BATCH = [1, 2, 3].flatMap((number) => [
  lambdaRecord('grants', 'grant-1', eventImage(number)),
  lambdaRecord('grants', 'grant-2', eventImage(number)),
  lambdaRecord('registry', 'AGENT#billing', eventImage(number)),
  lambdaRecord('people', 'PERSON#ada', eventImage(number)),
  lambdaRecord('outbox', 'COUNT#x', { ...eventImage(number), isCounter: true }),
]);
const EXPECTED = BATCH.length;

async function proves() {
  await makeCheckpoint(under.deps);
  const report = await verifyTrail(under.deps.archive, { publicKey: under.publicKey });
  expect(report.broken).toEqual([]);
  return report;
}

describe('deliveries', () => {
  test('[AUDIT-32] changes of all tables are recorded under their source, and nothing else of a row', async () => {
    expect(await bring(BATCH)).toEqual({ report: { recorded: EXPECTED, gaps: 0, conflicts: 0, poison: 0 } });
    expect(await ids()).toContain('registry/AGENT#billing/2');
    expect(JSON.stringify(await under.records())).not.toContain('of the row alone');
    expect((await proves()).records).toBe(EXPECTED);
  });

  test('[AUDIT-32] a batch that comes again, whole or in part, records nothing a second time', async () => {
    await bring(BATCH.slice(0, 7));
    await bring(BATCH);
    await bring(BATCH.slice(3));
    expect(await ids()).toHaveLength(EXPECTED);
    expect(new Set(await ids()).size).toBe(EXPECTED);
  });

  test('[AUDIT-32] tables come in any order among themselves, and two sequencers at once', async () => {
    const of = (source: string) =>
      BATCH.filter(({ eventSourceARN = '' }) => eventSourceARN.includes(`/${source}/`));
    const parts = ['outbox', 'people', 'grants', 'registry', 'grants'].map(of);
    await Promise.all(parts.map(bring));
    expect(await ids()).toHaveLength(EXPECTED);
    expect((await under.records()).filter(({ event }) => event.type.startsWith('remit.audit.'))).toEqual([]);
    await proves();
  });

  test('[AUDIT-32] rows that were deleted and rows without an event pass by', async () => {
    const deleted = { ...lambdaRecord('grants', 'gone', {}), dynamodb: { Keys: { grantId: { S: 'gone' } } } };
    const plain = lambdaRecord('registry', 'KILLLIST#role', { entries: 3 });
    expect((await bring([deleted, plain])).report).toMatchObject({ recorded: 0, poison: 0 });
  });

  test('[AUDIT-33] whenever the consumer dies, nothing is lost and nothing is recorded twice', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let step = 1; ; step += 1) {
        await tables.close();
        tables = await startTables();
        under.close();
        under = drainOn(tables);
        under.crashAt(step, when);
        const died = await bring(BATCH).then(
          ({ failedAt }) => failedAt !== undefined,
          () => true,
        );
        under.restart();
        await bring(BATCH);
        expect(await ids()).toHaveLength(EXPECTED);
        expect(new Set(under.published.map(({ hash }) => hash)).size).toBe(EXPECTED);
        await proves();
        if (!died) break;
      }
    }
  });

  test('[AUDIT-33] the function that signs finishes what a dead sequencer left', async () => {
    under.crashAt(2, 'before');
    await expect(bring(BATCH.slice(0, 1))).rejects.toThrow();
    under.restart();
    const report = await proves();
    expect(report).toMatchObject({ records: 1, checkpoints: 1 });
    expect(await bring(BATCH.slice(0, 1))).toMatchObject({ report: { recorded: 0 } });
  });

  test('[AUDIT-34] a batch comes again from the first change that failed; a first one fails the whole', async () => {
    const broken = {
      ...under.deps,
      store: {
        ...under.deps.store,
        readPositions: async (rows: readonly string[]) => {
          if (rows.includes('grants/bad')) throw new Error('no');
          return await under.deps.store.readPositions(rows);
        },
      },
    };
    const good = lambdaRecord('grants', 'good', eventImage(1));
    const bad = lambdaRecord('grants', 'bad', eventImage(1));
    const after = lambdaRecord('grants', 'after', eventImage(1));
    const { failedAt } = await drain(broken, SOURCE_TABLES, [good, bad, after]);
    expect(failedAt).toBe(bad.dynamodb?.SequenceNumber);
    expect(await ids()).toContain('grants/good/1');
    expect(await ids()).not.toContain('grants/after/1');
    await expect(drain(broken, SOURCE_TABLES, [bad, after])).rejects.toThrow('no');
  });

  test('[AUDIT-34] a stream of another table is an error that names nothing', async () => {
    const eventSourceARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/other/stream/x';
    await expect(bring([{ ...lambdaRecord('grants', 'a', {}), eventSourceARN }])).rejects.toThrow(
      /does not take$/,
    );
  });
});

describe('what waits in the queue', () => {
  const place = { streamArn: 'arn', shardId: 'shard', from: '1', to: '2' };

  test('[AUDIT-35] changes that nobody could read wait, stay while they cannot be read, and hold nothing up', async () => {
    const bad = lambdaRecord('grants', 'bad', { eventNumber: 1, event: { type: 'Nonsense' } });
    const huge = lambdaRecord('grants', 'huge', eventImage(1));
    const image = huge.dynamodb?.NewImage as Record<string, object>;
    image['eventNumber'] = { N: '99999999999999999999' };
    expect((await bring([bad, huge, ...BATCH])).report).toMatchObject({ recorded: EXPECTED + 1, poison: 2 });
    expect(JSON.stringify(under.letters)).not.toContain('of the row alone');
    expect(await redrive(under.deps, 10)).toMatchObject({ taken: 2, recorded: 0, unreadable: 2 });
    expect(under.letters).toHaveLength(2);
  });

  test('[AUDIT-35] one that can be read by now is recorded once, however often it is tried', async () => {
    const row = { source: 'grants', key: 'mended', image: eventImage(1), raw: '{}', isRecovered: true };
    under.letters.push({ kind: 'row', row }, { kind: 'row', row }, { kind: 'unknown' });
    expect(await redrive(under.deps, 100)).toEqual({
      taken: 3,
      recorded: 1,
      unreadable: 0,
      forgotten: 0,
      unknown: 1,
    });
    expect(under.letters).toEqual([{ kind: 'unknown' }]);
  });

  test('[AUDIT-35] a batch that Lambda gave up is read from its stream; what was told missing is recorded late, once', async () => {
    const changes = [1, 2, 3].map((number) => lambdaRecord('grants', 'late', eventImage(number)));
    const [first, second, third] = changes as [(typeof changes)[0], (typeof changes)[0], (typeof changes)[0]];
    await bring([first]);
    expect((await bring([third])).report).toMatchObject({ recorded: 2, gaps: 1 });
    under.streams.set('shard', [second]);
    under.letters.push({ kind: 'batch', place }, { kind: 'batch', place });
    expect(await redrive(under.deps, 100)).toMatchObject({ taken: 2, recorded: 1 });
    expect((await ids()).filter((id) => id === 'grants/late/2')).toHaveLength(1);
    expect(under.letters).toEqual([]);
    await proves();
  });

  test('[AUDIT-31] a late event fills its part of what was missing, and only once', async () => {
    const change = (number: number) => lambdaRecord('grants', 'wide', eventImage(number));
    await bring([change(1), change(6)]);
    expect((await bring([change(4)])).report).toMatchObject({ recorded: 1, gaps: 0 });
    for (const number of [4, 2, 2, 5, 3, 3, 6, 1]) await bring([change(number)]);
    const found = await ids();
    expect(found).toHaveLength(7);
    expect(new Set(found).size).toBe(7);
    expect((await under.deps.store.readPositions(['grants/wide'])).get('grants/wide')).not.toHaveProperty(
      'missing',
    );
  });

  test('[AUDIT-59] an order is told in the trail with its reason and what came of it, and none is done without one', async () => {
    under.letters.push({ kind: 'batch', place });
    await writeRow(tables, 'grants', { key: 'old', image: eventImage(1) });
    for (const words of [undefined, '', ' ', 'x'.repeat(501), 'seen\u202e'])
      await expect(doAuditOrder(under.deps, { action: 'redrive', reason: words }, 'none')).rejects.toThrow();
    expect(await ids()).toEqual([]);
    await doAuditOrder(under.deps, { action: 'redrive', reason: 'mended' }, 'request-1');
    await doAuditOrder(under.deps, { action: 'rescan', source: 'grants', reason: 'forgotten' }, 'request-2');
    const told = (await under.records()).filter(({ event }) => event.type.startsWith('remit.audit.re'));
    const data = Object.fromEntries(told.map(({ event }) => [event.type, event.data]));
    const by = { actor: 'audit-function' };
    expect(data).toEqual({
      'remit.audit.redriven': {
        ...{ ...by, requestId: 'request-1', reason: 'mended' },
        ...{ taken: 1, recorded: 0, unreadable: 0, forgotten: 1, unknown: 0 },
      },
      'remit.audit.rescanned': {
        ...{ ...by, requestId: 'request-2', reason: 'forgotten', table: 'grants' },
        ...{ scanned: 1, recorded: 1, gaps: 0 },
      },
    });
    const page = readFileSync('docs/audit.md', 'utf8');
    for (const [type, facts] of Object.entries(data)) {
      const row =
        page.split('\n').find((line) => line.startsWith(`| \`${type.replace('remit.', '')}\``)) ?? '';
      for (const fact of Object.keys(facts)) if (fact !== 'requestId') expect(row).toContain(`\`${fact}\``);
    }
    await proves();
  });

  test('[AUDIT-36] what a stream has forgotten waits, and a rescan of the table finds what its rows still say', async () => {
    under.letters.push({ kind: 'batch', place });
    expect(await redrive(under.deps, 100)).toMatchObject({ taken: 1, forgotten: 1 });
    expect(under.letters).toHaveLength(1);
    for (let index = 0; index < 7; index += 1)
      await writeRow(tables, 'grants', { key: `old-${index}`, image: eventImage(2) });
    const young = { ...eventImage(1), event: { ...eventImage(1).event, at: '2026-11-24T11:00:00.000Z' } };
    await writeRow(tables, 'grants', { key: 'young', image: young });
    await writeRow(tables, 'grants', { key: 'silent', image: {} });
    const first = await rescan(under.deps, { source: 'grants', limit: 4 });
    expect(first).toMatchObject({ scanned: 4, next: expect.any(String) });
    const rest = await rescan(under.deps, { source: 'grants', after: first.next, limit: 100 });
    expect(rest).not.toHaveProperty('next');
    expect(first.gaps + rest.gaps).toBe(7);
    expect(first.recorded + rest.recorded).toBe(14);
    expect(await rescan(under.deps, { source: 'grants', limit: 100 })).toMatchObject({
      scanned: 9,
      recorded: 0,
    });
    expect(JSON.stringify(await under.records())).not.toContain('of the row alone');
  });

  test('[AUDIT-51] an unreadable row is the same one in stream and table, in whatever order they give its members', async () => {
    const { at, type, requestId, facts } = {
      ...eventImage(1).event,
      facts: { note: 'x'.repeat(20_000), b: 1 },
    };
    const streamed = { event: { type, at, requestId, facts }, eventNumber: 1 };
    const scanned = { eventNumber: 1, event: { facts: { b: 1, note: facts.note }, requestId, at, type } };
    expect((await bring([lambdaRecord('grants', 'odd', streamed)])).report.poison).toBe(1);
    await writeRow(tables, 'grants', { key: 'odd', image: scanned });
    expect(await rescan(under.deps, { source: 'grants', limit: 10 })).toMatchObject({
      scanned: 1,
      recorded: 0,
    });
    expect(await ids()).toEqual(['grants/odd/1/unreadable']);
  });

  test('[AUDIT-51] what an earlier release set aside is no contradiction to one that reads it, and comes back once', async () => {
    const record = lambdaRecord('grants', 'mended', eventImage(1));
    const row = rowOf('grants', record);
    if (row === undefined) throw new Error('no row');
    await sequence(under.deps, [{ ...row, image: { event: 'unreadable', eventNumber: 1 } }]);
    await writeRow(tables, 'grants', { key: 'mended', image: eventImage(1) });
    const again = async () => {
      expect((await bring([record])).report).toEqual({ recorded: 0, gaps: 0, conflicts: 0, poison: 0 });
      expect(await rescan(under.deps, { source: 'grants', limit: 10 })).toMatchObject({ recorded: 0 });
    };
    await again();
    under.letters.splice(0, 1, { kind: 'row', row: { ...row, isRecovered: true } });
    expect(await redrive(under.deps, 10)).toMatchObject({ taken: 1, recorded: 1 });
    await again();
    expect(await ids()).toEqual(['grants/mended/1', 'grants/mended/1/unreadable']);
    await proves();
    const other = lambdaRecord('grants', 'mended', { ...eventImage(1), isCounter: false });
    expect((await bring([other])).report).toMatchObject({ conflicts: 1 });
  });

  test('[AUDIT-33] a redrive that dies at any step is repeated without harm', async () => {
    for (let step = 1; ; step += 1) {
      const row = {
        source: 'grants',
        key: `again-${step}`,
        image: eventImage(1),
        raw: '{}',
        isRecovered: true,
      };
      // an earlier release has set it aside
      const unread = { ...row, isRecovered: false, image: { event: 'unreadable', eventNumber: 1 } };
      await sequence(under.deps, [unread]);
      under.letters.splice(0, Number.POSITIVE_INFINITY, { kind: 'row', row });
      under.crashAt(step, step % 2 === 0 ? 'before' : 'after');
      const died = await redrive(under.deps, 10).then(
        () => false,
        () => true,
      );
      under.restart();
      await redrive(under.deps, 10);
      expect(under.letters).toEqual([]);
      expect((await ids()).filter((id) => id === `grants/again-${step}/1`)).toHaveLength(1);
      if (!died) break;
    }
    await proves();
  });
});
