// Which audit trail a function reads: the bucket of its deployment in AWS; in local mode the one on disk, or none.

import type { TrailReader } from '../../core/audit/ports.ts';
import { guarded } from './faults.ts';
import { createTrailBucketReader } from './trail-bucket.ts';
import { s3Client, type World } from './world.ts';

/** The trail, where there is one to read. */
export function trailOf(
  { TRAIL_BUCKET: bucket }: { readonly TRAIL_BUCKET: string },
  world: World,
): { readonly trail?: TrailReader } {
  if (world.trail !== undefined) return { trail: world.trail };
  if (world.endpoint !== undefined) return {};
  return { trail: refusing(createTrailBucketReader({ client: s3Client(world), bucket })) };
}

/** What fails in S3 is a refusal, as it is in a table. */
function refusing(reader: TrailReader): TrailReader {
  return {
    async *list(prefix, after) {
      const names = reader.list(prefix, after)[Symbol.asyncIterator]();
      for (;;) {
        const next = await guarded('store_unavailable', () => names.next());
        if (next.done === true) return;
        yield next.value;
      }
    },
    get: (key) => guarded('store_unavailable', () => reader.get(key)),
  };
}
