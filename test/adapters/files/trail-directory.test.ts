// The trail on disk: archive, state and signer of local mode.

import { mkdtemp, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSigningKey } from '../../../src/adapters/files/signing-key.ts';
import { createTrailDirectory } from '../../../src/adapters/files/trail-directory.ts';
import { openTrailState } from '../../../src/adapters/files/trail-state.ts';
import { readPublicKey } from '../../../src/core/audit/checkpoint.ts';
import { makeCheckpoint } from '../../../src/core/audit/make-checkpoint.ts';
import { sequence } from '../../../src/core/audit/sequence.ts';
import { verifyTrail } from '../../../src/core/audit/verify.ts';
import { archiveContract } from '../../contracts/audit-archive.ts';
import { trailStoreContract } from '../../contracts/audit-trail-store.ts';
import { change, memoryArchive, memoryStore, TRAIL } from '../../support/trail.ts';

async function inDirectory<Under>(make: (directory: string) => Under) {
  const directory = await mkdtemp(join(tmpdir(), 'remit-trail-'));
  return { ...make(directory), close: () => rm(directory, { recursive: true }) };
}

archiveContract('directory', () => inDirectory((path) => ({ archive: createTrailDirectory(path) })));
archiveContract('memory', async () => ({ archive: memoryArchive(new Map()), close: async () => undefined }));
trailStoreContract('file', () => inDirectory((path) => ({ store: openTrailState(path) })));
trailStoreContract('memory', async () => ({ store: memoryStore(), close: async () => undefined }));

test('a name that leads out of the directory is none', async () => {
  const { archive, close } = await inDirectory((path) => ({ archive: createTrailDirectory(path) }));
  for (const key of ['../out', 'shard=1/../../out', '/etc/passwd', '', '.hidden']) {
    await expect(archive.put(key, 'x')).rejects.toThrow('no name');
    expect(await archive.get(key)).toBeUndefined();
  }
  await close();
});

test('[AUDIT-27] links, and files that are far too large, are none of an archive', async () => {
  const { path, archive, close } = await inDirectory((directory) => ({
    path: directory,
    archive: createTrailDirectory(directory),
  }));
  await archive.put('shard=0/day=2026-11-24/0000000000000001.ndjson', 'line\n');
  await symlink('/dev/zero', join(path, 'shard=0/day=2026-11-24/0000000000000002.ndjson'));
  await truncate(join(path, 'shard=0/day=2026-11-24/0000000000000001.ndjson'), 17 * 1024 * 1024);
  const names: string[] = [];
  for await (const name of archive.list('shard=')) names.push(name);
  expect(names).toEqual(['shard=0/day=2026-11-24/0000000000000001.ndjson']);
  for (const number of [1, 2])
    expect(await archive.get(`shard=0/day=2026-11-24/000000000000000${number}.ndjson`)).toBeUndefined();
  await close();
});

test('[AUDIT-3] a batch that a crash has left numbered and not archived is finished by the next start, once', async () => {
  const { path, close } = await inDirectory((directory) => ({ path: directory }));
  const { signer } = openSigningKey(join(path, 'keys', 'audit.pem'));
  const archive = createTrailDirectory(join(path, 'trail'));
  const deps = {
    trail: TRAIL,
    store: openTrailState(join(path, 'state')),
    publisher: { publish: async () => undefined },
    poison: { put: async () => undefined },
    clock: () => new Date('2026-11-24T12:00:00Z'),
    signer,
  };
  const crashing = { ...archive, put: () => Promise.reject(new Error('the machine stopped')) };
  await expect(sequence({ ...deps, archive: crashing }, [change('a', 1)])).rejects.toThrow('stopped');
  const after = { ...deps, archive, store: openTrailState(join(path, 'state')) };
  await makeCheckpoint(after);
  expect(await verifyTrail(archive)).toMatchObject({ ok: true, records: 1 });
  expect(await sequence(after, [change('a', 1)])).toMatchObject({ recorded: 0, gaps: 0, conflicts: 0 });
  await close();
});

test('[AUDIT-2] the chain goes on after a start: one trail, signed by one key, that verifies whole', async () => {
  const { path, close } = await inDirectory((directory) => ({ path: directory }));
  for (const start of ['first', 'second']) {
    const { signer, publicKey } = openSigningKey(join(path, 'keys', 'audit.pem'));
    const deps = {
      trail: TRAIL,
      store: openTrailState(join(path, 'state')),
      archive: createTrailDirectory(join(path, 'trail')),
      publisher: { publish: async () => undefined },
      poison: { put: async () => undefined },
      clock: () => new Date('2026-11-24T12:00:00Z'),
      signer,
    };
    const rows = ['a', 'b', 'c'].map((key) => ({ ...change(key, 1), source: `grants@${start}` }));
    expect(await sequence(deps, rows)).toMatchObject({ recorded: 3, gaps: 0, conflicts: 0 });
    await makeCheckpoint(deps);
    const report = await verifyTrail(deps.archive, { publicKey: readPublicKey(publicKey), trail: TRAIL });
    expect(report).toMatchObject({ ok: true, records: start === 'first' ? 3 : 6, signaturesChecked: true });
  }
  await close();
});
