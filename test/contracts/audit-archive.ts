// What every archive of the trail does, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrailArchive } from '../../src/core/audit/ports.ts';

export interface ArchiveUnderTest {
  readonly archive: TrailArchive;
  close(): Promise<void>;
}

export function archiveContract(name: string, start: () => Promise<ArchiveUnderTest>): void {
  describe(`archive: ${name}`, () => {
    let under: ArchiveUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());
    const names = async (prefix: string, after?: string) => {
      const found: string[] = [];
      for await (const key of under.archive.list(prefix, after)) found.push(key);
      return found;
    };

    test('[AUDIT-3] an object is made once: an equal one is left alone, another one refused', async () => {
      const key = 'shard=3/day=2026-11-24/0000000000000001.ndjson';
      expect(await under.archive.get(key)).toBeUndefined();
      await Promise.all(Array.from({ length: 10 }, () => under.archive.put(key, 'line é\n')));
      await expect(under.archive.put(key, 'other\n')).rejects.toThrow('has the name');
      expect(await under.archive.get(key)).toBe('line é\n');
    });

    test('names are listed in order of their bytes, below a prefix, from a name on', async () => {
      const keys = ['shard=1/day=b/2.ndjson', 'shard=1/day=a/9.ndjson', 'shard=0/day=a/1.ndjson'];
      for (const key of [...keys, 'checkpoints/day=a/1.json']) await under.archive.put(key, key);
      const [late = '', early = '', first = ''] = keys;
      expect((await names('shard=')).slice(0, 3)).toEqual([first, early, late]);
      expect(await names('shard=1/')).toEqual([early, late]);
      expect(await names('shard=1/', early)).toEqual([late]);
      expect(await names('checkpoints/')).toEqual(['checkpoints/day=a/1.json']);
      expect(await names('nothing/')).toEqual([]);
    });
  });
}
