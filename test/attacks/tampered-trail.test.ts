// `remit audit verify` on a copy of local mode's trail: whole, and after everything that somebody could do to it.

import { createSign, generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifySource } from '../../cli/audit/verify.ts';
import { openKeptTrail } from '../../src/adapters/local/kept-trail.ts';
import { genesis, hashOf, headOf, link } from '../../src/core/audit/chain.ts';
import { readCheckpoint, signedBytes, writeCheckpoint } from '../../src/core/audit/checkpoint.ts';
import { readRecord, type TrailRecord, writeRecord } from '../../src/core/audit/record.ts';
import { freshHome, runCli } from '../cli/run-cli.ts';
import { change } from '../support/trail.ts';

const home = mkdtempSync(join(tmpdir(), 'remit-verify-'));
const original = join(home, 'trail');
const keyFile = join(home, 'audit', 'public-key.pem');
const options = { broker: 'https://nowhere.example', publicKey: keyFile };

/** Three runs of local mode, a day each, twenty rows with two batches a run. */
beforeAll(async () => {
  for (const day of [21, 22, 23]) {
    const clock = () => new Date(`2026-11-${day}T12:00:00Z`);
    const place = { directory: original, keptBy: join(home, 'audit') };
    const trail = await openKeptTrail({ place, clock, log: () => undefined });
    for (const number of [1, 2]) {
      for (let index = 0; index < 20; index += 1) trail.take('grants', change(`G${day}-${index}`, number));
      await trail.settle();
    }
    await trail.close();
  }
});
afterAll(() => rmSync(home, { recursive: true }));

/** A copy, its files, and tools to do harm with. */
function copy() {
  const directory = mkdtempSync(join(home, 'copy-'));
  cpSync(original, directory, { recursive: true });
  const below = (top: string) =>
    readdirSync(join(directory, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(nd)?json$/.test(name))
      .sort()
      .map((name) => join(directory, top, name));
  return {
    directory,
    batches: (shard: number) => below(`shard=${shard}`),
    checkpoints: () => below('checkpoints'),
    lines: (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1),
    write: (file: string, lines: readonly string[]) =>
      writeFileSync(file, lines.map((line) => `${line}\n`).join('')),
  };
}
type Copy = ReturnType<typeof copy>;
const at = <Each>(list: readonly Each[], index: number): Each => {
  const found = list.at(index);
  if (found === undefined) throw new Error('the trail of the test is too short');
  return found;
};
const recordIn = (line: string): TrailRecord => {
  const record = readRecord(line);
  if (record === undefined) throw new Error('not a record');
  return record;
};
const recordsTrail = ({ event: { source } }: TrailRecord) => source.replace('urn:remit:', '');
const withFact = (record: TrailRecord): TrailRecord => ({
  ...record,
  event: { ...record.event, data: { ...record.event.data, agent: 'somebody-else' } },
});

test('[AUDIT-10] an untouched copy is whole, as a range too, by files and key alone', async () => {
  const { directory } = copy();
  expect(await verifySource(directory, options)).toMatchObject({ ok: true, records: 120, checkpoints: 6 });
  const range = { from: new Date('2026-11-22T00:00:00Z'), to: new Date('2026-11-22T23:59:59Z') };
  expect(await verifySource(directory, { ...options, ...range })).toMatchObject({ ok: true, broken: [] });
});

const HARM: Readonly<Record<string, { readonly flaw: string; readonly harm: (trail: Copy) => void }>> = {
  'a fact of a record is altered': {
    flaw: 'altered',
    harm({ batches, lines, write }) {
      const file = at(batches(1), 1);
      const [first = '', ...rest] = lines(file);
      write(file, [first.replace('billing-agent', 'another-agent'), ...rest]);
    },
  },
  'a record is altered and its chain written anew from there on': {
    flaw: 'contradicts-checkpoint',
    harm({ batches, lines, write }) {
      let before: TrailRecord | undefined;
      for (const file of batches(0)) {
        const anew = lines(file).map((line) => {
          const record =
            before === undefined ? withFact(recordIn(line)) : { ...recordIn(line), prevHash: before.hash };
          before = { ...record, hash: hashOf(record) };
          return writeRecord(before);
        });
        write(file, anew);
      }
    },
  },
  'a record is dropped': {
    flaw: 'dropped',
    harm({ batches, lines, write }) {
      const file = at(batches(2), 0);
      write(file, lines(file).toSpliced(1, 1));
    },
  },
  'a batch in the middle is dropped': { flaw: 'dropped', harm: ({ batches }) => rmSync(at(batches(2), 1)) },
  'two records change places': {
    flaw: 'reordered',
    harm({ batches, lines, write }) {
      const file = at(batches(3), 0);
      const [first = '', second = '', ...rest] = lines(file);
      write(file, [second, first, ...rest]);
    },
  },
  'a record stands there twice': {
    flaw: 'duplicated',
    harm({ batches, lines, write }) {
      const file = at(batches(0), 1);
      const [first = '', ...rest] = lines(file);
      write(file, [first, first, ...rest]);
    },
  },
  'the tail is cut off': { flaw: 'truncated', harm: ({ batches }) => rmSync(at(batches(1), -1)) },
  'the last file ends in the middle of a line': {
    flaw: 'altered',
    harm({ batches }) {
      const file = at(batches(1), -1);
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
    },
  },
  'the beginning is cut off': { flaw: 'dropped', harm: ({ batches }) => rmSync(at(batches(1), 0)) },
  'two chains change places': {
    flaw: 'reordered',
    harm({ directory }) {
      const path = (shard: string) => join(directory, `shard=${shard}`);
      renameSync(path('0'), path('aside'));
      renameSync(path('1'), path('0'));
      renameSync(path('aside'), path('1'));
    },
  },
  'two chains change places and are hashed anew': {
    flaw: 'contradicts-checkpoint',
    harm({ batches, lines, write }) {
      const files = [batches(0), batches(1)] as const;
      const events = files.map((own) => own.map((file) => lines(file).map(recordIn)));
      for (const [shard, own] of files.entries()) {
        let before = genesis(recordsTrail(at(at(at(events, 0), 0), 0)), shard);
        for (const [index, file] of own.entries()) {
          const anew = (events[1 - shard]?.[index] ?? []).map(({ event, at: time }) => {
            const record = link(before, event, new Date(time));
            before = headOf(record);
            return writeRecord(record);
          });
          write(file, anew);
        }
      }
    },
  },
  'a whole chain is taken away': {
    flaw: 'truncated',
    harm: ({ directory }) => rmSync(join(directory, 'shard=2'), { recursive: true }),
  },
  'a checkpoint is taken away': {
    flaw: 'checkpoint-dropped',
    harm: ({ checkpoints }) => rmSync(at(checkpoints(), 2)),
  },
  'an old checkpoint is shown in place of the newest': {
    flaw: 'checkpoint-altered',
    harm: ({ checkpoints }) => cpSync(at(checkpoints(), 2), at(checkpoints(), -1)),
  },
  'an old checkpoint is shown as the next one': {
    flaw: 'checkpoint-altered',
    harm({ checkpoints }) {
      const newest = at(checkpoints(), -1);
      cpSync(at(checkpoints(), 2), newest.replace(/[0-9]{16}(?=\.json$)/, '0000000000000007'));
    },
  },
  'the tail is cut off and an old checkpoint replayed over it': {
    flaw: 'checkpoint-altered',
    harm({ batches, checkpoints }) {
      for (const shard of [0, 1, 2, 3])
        for (const file of batches(shard).filter((name) => name.includes('day=2026-11-23'))) rmSync(file);
      for (const file of checkpoints().slice(4)) cpSync(at(checkpoints(), 3), file);
    },
  },
  'a checkpoint is altered': {
    flaw: 'checkpoint-signature',
    harm({ checkpoints }) {
      const file = at(checkpoints(), 3);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"number":4', '"number":9'));
    },
  },
  'everything is signed anew with another key': {
    flaw: 'checkpoint-signature',
    harm({ checkpoints }) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      for (const file of checkpoints()) {
        const statement = readCheckpoint(readFileSync(file, 'utf8'))?.statement;
        if (statement === undefined) throw new Error('not a checkpoint');
        const signature = createSign('sha256')
          .update(signedBytes(statement))
          .sign(privateKey)
          .toString('base64url');
        writeFileSync(file, writeCheckpoint({ statement, signature }));
      }
    },
  },
  'all checkpoints are taken away': {
    flaw: 'checkpoint-dropped',
    harm: ({ directory }) => rmSync(join(directory, 'checkpoints'), { recursive: true }),
  },
  'a batch is slipped in': {
    flaw: 'foreign',
    harm: ({ directory }) => writeFileSync(join(directory, 'shard=1', 'extra.ndjson'), '{}\n'),
  },
};

test.each(Object.entries(HARM))('[AUDIT-11] %s: found and named', async (_, { flaw, harm }) => {
  const trail = copy();
  harm(trail);
  const { ok, broken, lines } = await verifySource(trail.directory, options);
  expect(ok).toBe(false);
  expect(broken.map((link) => link.flaw)).toContain(flaw);
  expect(lines.join('\n')).toMatch(new RegExp(`BROKEN +${flaw} +\\S+`));
  expect(lines.join('\n')).not.toContain('WHOLE');
});

test('[AUDIT-13] a tail that was cut off with its checkpoints is seen by a checkpoint that was kept', async () => {
  const { directory, batches, checkpoints } = copy();
  const newest = at(checkpoints(), -1);
  const kept = join(home, 'kept.json');
  writeFileSync(kept, readFileSync(newest));
  for (const shard of [0, 1, 2, 3])
    for (const file of batches(shard).filter((name) => name.includes('day=2026-11-23'))) rmSync(file);
  for (const file of checkpoints().filter((name) => name.includes('day=2026-11-23'))) rmSync(file);
  // by itself it is a trail that ended a day earlier
  expect(await verifySource(directory, options)).toMatchObject({ ok: true, records: 80 });
  const { ok, broken } = await verifySource(directory, { ...options, kept: [kept] });
  expect([ok, broken.map(({ flaw }) => flaw)]).toEqual([false, Array(4).fill('truncated')]);
});

test('[AUDIT-24] an empty directory is not whole, and without a key nothing is proved', async () => {
  const empty = mkdtempSync(join(home, 'empty-'));
  const { ok, lines } = await verifySource(empty, options);
  expect([ok, lines.at(-1)]).toEqual([false, 'NOTHING is there to prove']);
  const { directory } = copy();
  const { broker } = options;
  await expect(verifySource(directory, { broker })).rejects.toThrow('is not known');
  const chained = await verifySource(directory, { broker, withoutSignatures: true });
  expect(chained.lines.at(-1)).toBe('CHAINED, and not proved: no signature was checked');
});

test('[AUDIT-24] the command says so by its exit code, in words and as JSON', async () => {
  const env = { HOME: freshHome(), REMIT_BROKER: 'http://localhost:9' };
  const whole = copy();
  const args = ['audit', 'verify', whole.directory, '--public-key', keyFile];
  const proved = await runCli(args, env);
  expect([proved.code, proved.stderr]).toEqual([0, '']);
  expect(proved.stdout).toMatch(/records +120\n/);
  expect(proved.stdout).toMatch(/\nWHOLE\n$/);
  rmSync(at(whole.batches(1), 0));
  const broken = await runCli([...args, '--json'], env);
  expect([broken.code, broken.stderr]).toEqual([1, '']);
  expect(JSON.parse(broken.stdout)).toMatchObject({ ok: false, broken: [{ flaw: 'dropped', shard: 1 }] });
  const nothing = await runCli(['audit', 'verify'], env);
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('local mode has kept none')]);
}, 60_000);
