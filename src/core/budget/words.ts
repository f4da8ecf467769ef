// Budgets in words, for the console and the command line alike.

import type { BudgetShare, BudgetUse } from './use.ts';

/** As people read it: `this request would use 40 of the 60 left today`. */
export function shareInWords({
  window,
  used,
  most,
  wants,
}: Pick<BudgetShare, 'window' | 'used' | 'most' | 'wants'>): string {
  const left = Math.max(0, most - used);
  const when = { concurrent: '', hour: ' this hour', day: ' today' }[window];
  if (wants <= left) return `this request would use ${wants} of the ${left} left${when}`;
  return `this request needs ${wants}, and only ${left} are left${when}`;
}

/** What a budget counts: `grants at once`, `amount a day`. */
export function budgetName({ window, parameter }: Pick<BudgetUse, 'window' | 'parameter'>): string {
  return window === 'day' ? `${parameter} a day` : `grants ${WINDOW_WORDS[window]}`;
}

const WINDOW_WORDS = { concurrent: 'at once', hour: 'an hour' } as const;
