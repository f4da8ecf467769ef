// Where `remit dev` keeps the audit trail: in this user's state directory, so that one run goes on where the last one
// ended. Of several that run at once, each has a trail of its own.

import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { isLocked } from '../../src/adapters/files/directory-lock.ts';
import type { TrailPlace } from '../../src/adapters/local/kept-trail.ts';
import { CliError, EXIT } from '../failure.ts';
import { notice } from '../print.ts';
import { openDirectory } from '../state-directory.ts';

/** Trails that are kept at once without `--trail`. */
const MOST_PLACES = 20;

/** The first place that nobody uses; with `directory` that one. @throws CliError when too many are in use */
export async function trailPlace(directory?: string): Promise<TrailPlace> {
  if (directory !== undefined) {
    const path = resolve(directory);
    const name = createHash('sha256').update(path).digest('hex').slice(0, 12);
    return { directory: path, keptBy: await openDirectory(`audit-of-${name}`) };
  }
  for (const [index, place] of places().entries()) {
    const keptBy = await openDirectory(place.keptBy);
    if (isLocked(keptBy)) continue;
    const own = await openDirectory(place.directory);
    if (index > 0) notice(`another local mode keeps your audit trail; this one keeps its own in ${own}`);
    return { directory: own, keptBy };
  }
  throw new CliError(`${MOST_PLACES} local modes keep a trail already.`, {
    fix: 'end one of them, or name a directory with --trail',
    exitCode: EXIT.unavailable,
  });
}

function places(): readonly { readonly directory: string; readonly keptBy: string }[] {
  return Array.from({ length: MOST_PLACES }, (_, index) => {
    const suffix = index === 0 ? '' : `-${index + 1}`;
    return { directory: `trail${suffix}`, keptBy: `audit${suffix}` };
  });
}
