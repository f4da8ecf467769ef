// One short line per request for the person who watches local mode, from the log facts of the functions.

import type { Facts } from '../../src/adapters/aws/telemetry.ts';

const SHOWN = ['agent', 'task', 'ruling', 'grantId', 'leaseKind', 'failures', 'detail'] as const;

/** Run every few seconds, whether or not there is anything to do. */
const CLOCKWORK: readonly unknown[] = ['sweep', 'settle', 'remind', undefined];

/**
 * `12:00:01 token 400 policy_denied task=refund-customer …`; undefined for what only looks, and for what
 * runs by the clock, unless it failed.
 */
export function requestLine(facts: Facts, now: Date): string | undefined {
  const { operation, status, code } = facts;
  const isQuiet = facts['failures'] === undefined || facts['failures'] === 0;
  if (CLOCKWORK.includes(operation) && isQuiet) return undefined;
  // the pages of the console ask every few seconds
  if (facts['method'] === 'GET' && code === undefined && isQuiet) return undefined;
  const details = SHOWN.flatMap((name) => (facts[name] === undefined ? [] : [`${name}=${facts[name]}`]));
  const head = [now.toISOString().slice(11, 19), operation, status, code].filter(
    (part) => part !== undefined,
  );
  return [...head, ...details].join(' ');
}
