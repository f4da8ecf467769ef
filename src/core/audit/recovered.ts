// Records that came back from the dead-letter queue. Each names the very image that was set aside, and the trail has said
// before that it was: whoever only writes to the queue cannot have an event of their own recorded as one that was lost.

import type { TrailRecord } from './record.ts';
import type { BrokenLink } from './verify.ts';

/** What was set aside, by its image, and what came back. */
export interface Recovery {
  readonly setAside: Set<unknown>;
  readonly back: { readonly key: string; readonly record: TrailRecord }[];
}

/** Nothing yet. */
export function noRecovery(): Recovery {
  return { setAside: new Set(), back: [] };
}

/** Remembers what a good record says of images that were set aside. */
export function noteRecovery({ setAside, back }: Recovery, record: TrailRecord, key: string): void {
  const { type, data } = record.event;
  // by row and number, which a row that began anew has twice: ids tell the eras of a row apart, the queue does not
  if (type === 'remit.audit.unreadable') setAside.add(`${data['row']}/${data['number']} ${data['image']}`);
  else if (data['recovered'] !== undefined) back.push({ key, record });
}

/** What came back and was never set aside. */
export function unexplained({ setAside, back }: Recovery): BrokenLink[] {
  return back
    .filter(({ record: { event } }) => !setAside.has(`${event.id} ${event.data['recovered']}`))
    .map(({ key, record: { shard, seq } }) => ({
      flaw: 'foreign' as const,
      key,
      shard,
      number: seq,
      says: 'it says that it came back, and nothing like it was set aside',
    }));
}
