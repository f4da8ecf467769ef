// What the checks of the trail say of how they were made.

import { expect, test } from 'vitest';
import { trailVerified } from '../../../src/core/report/trail-checks.ts';
import { worldOf } from '../../support/report-world.ts';
import { change, memoryReader, memoryTrail } from '../../support/trail.ts';

test('[REPORT-3] a trail that was held against nothing kept apart is told as such', async () => {
  const trail = memoryTrail();
  await trail.sequence([change('one', 1)]);
  await trail.checkpoint();
  const newest = await trail.deps.store.readCheckpoint();
  const seen = async (kept: readonly NonNullable<typeof newest>[]) => {
    const trailProof = { publicKey: trail.publicKey, kept };
    return trailVerified.observe(
      worldOf({ questions: { trail: memoryReader(trail.objects) }, ports: { trailProof } }),
    );
  };
  expect(await seen([])).toMatchObject({
    outcome: 'pass',
    says: expect.stringContaining('none was kept apart'),
  });
  expect((await seen(newest ? [newest] : [])).says).toContain(`one of ${newest?.statement.at} that was kept`);
});
