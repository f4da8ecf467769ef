// An archive that keeps versions tells which of its objects were written over or deleted. Readers see the newest version
// alone, and whoever may sign could chain and sign it anew: what was there before is the one witness.

import type { TrailReader } from './ports.ts';
import { isInRange, type TrailRange } from './read-trail.ts';
import type { BrokenLink } from './verify.ts';

/** What versions say of a range. */
export interface Versions {
  readonly broken: readonly BrokenLink[];
  /** Absent where objects have no versions; false when they may not be read. */
  readonly versionsChecked?: boolean;
}

const PREFIXES = ['shard=', 'checkpoints/'];

/** Every object of the range that has more versions than one. */
export async function readVersions(reader: TrailReader, range: TrailRange): Promise<Versions> {
  const { rewritten } = reader;
  if (rewritten === undefined) return { broken: [] };
  const found = await Promise.all(PREFIXES.map((prefix) => rewritten(prefix)));
  if (found.some((names) => names === undefined)) return { broken: [], versionsChecked: false };
  const names = found.flatMap((each) => each ?? []).filter((key) => isInRange(key, range));
  return { broken: names.map(brokenLink), versionsChecked: true };
}

function brokenLink(key: string): BrokenLink {
  return {
    flaw: 'rewritten',
    key,
    says: 'it has more versions than one: it was written over or deleted after it was archived',
  };
}
