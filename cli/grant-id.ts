// Ids of grants as people type them.

import type { GrantId } from '../src/core/model.ts';
import { parseGrantId } from '../src/core/verify/handle.ts';

/** The id in the case that rows have it in, or undefined for what is none: ULIDs mean the same in either case. */
export function readGrantId(text: string): GrantId | undefined {
  return parseGrantId(text.trim().toUpperCase());
}
