// A grant in a list, as people see it: that somebody approved it alone shows in every one.

import type { GrantSummary } from '../../../core/ports.ts';

/** The summary; `breakGlassUsed` in place of the row's flags. */
export function shownSummary({ flags = [], ...grant }: GrantSummary) {
  return { ...grant, breakGlassUsed: flags.includes('break-glass') };
}
