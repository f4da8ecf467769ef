// The function that signs checkpoints has the key, the state and the right to archive. It chains another history, signs
// it and writes it over the objects that are there: the newest versions verify by themselves.

import { expect, test } from 'vitest';
import { makeCheckpoint } from '../../src/core/audit/make-checkpoint.ts';
import type { TrailRange } from '../../src/core/audit/read-trail.ts';
import { readVersions } from '../../src/core/audit/rewritten.ts';
import { sequence } from '../../src/core/audit/sequence.ts';
import { verifyTrail } from '../../src/core/audit/verify.ts';
import { change, memoryReader, memoryStore, memoryTrail } from '../support/trail.ts';

/** An archive with versions, as S3 keeps them: readers see the newest. */
async function writtenOver() {
  const trail = memoryTrail();
  await trail.sequence(['g1', 'g2', 'g3', 'g4'].map((key) => change(key, 1)));
  await trail.checkpoint();
  const objects = new Map(trail.objects);
  const over = new Set<string>();
  const put = async (key: string, body: string) => {
    if (objects.has(key)) over.add(key);
    objects.set(key, body);
  };
  const intruder = { ...trail.deps, store: memoryStore(), archive: { ...trail.deps.archive, put } };
  await sequence(
    intruder,
    ['h1', 'g2', 'g3', 'g4'].map((key) => change(key, 1)),
  );
  await makeCheckpoint(intruder);
  return { objects, over, publicKey: trail.publicKey };
}

test('[AUDIT-57] each object that was written over is named, though chains and signatures are whole', async () => {
  const { objects, over, publicKey } = await writtenOver();
  expect(over.size).toBeGreaterThan(0);
  const copy = memoryReader(objects);
  const reader = {
    ...copy,
    rewritten: async (prefix: string) => [...over].filter((key) => key.startsWith(prefix)),
  };
  const report = await verifyTrail(reader, { publicKey });
  expect(report).toMatchObject({ ok: false, versionsChecked: true });
  expect(new Set(report.broken.map(({ flaw, key }) => `${flaw} ${key}`))).toEqual(
    new Set([...over].map((key) => `rewritten ${key}`)),
  );
  const ofRange = async (range: TrailRange) => (await readVersions(reader, range)).broken.length;
  expect(await ofRange({ from: new Date('2026-11-24T00:00:00Z') })).toBe(over.size);
  expect(await ofRange({ to: new Date('2026-11-23T00:00:00Z') })).toBe(0);
});

test('[AUDIT-57] where versions may not be read, the report says so; a copy has none', async () => {
  const { objects, publicKey } = await writtenOver();
  const copy = memoryReader(objects);
  const blind = await verifyTrail({ ...copy, rewritten: async () => undefined }, { publicKey });
  expect(blind.versionsChecked).toBe(false);
  expect(await verifyTrail(copy, { publicKey })).not.toHaveProperty('versionsChecked');
});
