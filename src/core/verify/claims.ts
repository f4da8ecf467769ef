// Exact claim bindings. A dotted path names a claim by own members only; a member whose name itself has dots, such as
// `kubernetes.io`, is spelled as it is. Where a path can be read in two ways the binding does not hold.

import type { Workload } from '../model.ts';
import { isObject } from './json.ts';

/**
 * Whether every claim has exactly the expected value. Strings compare by equality, whole numbers and booleans by their
 * JSON text; lists and objects equal nothing.
 */
export function claimsHold(
  workload: Pick<Workload, 'claims'>,
  expected: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(expected).every(([path, value]) => textAt(workload.claims, path) === value);
}

function textAt(claims: unknown, path: string): string | undefined {
  const readings = readingsOf(claims, path);
  return readings.length === 1 ? textOf(readings[0]) : undefined;
}

/** Every value that the path can mean. */
function readingsOf(value: unknown, path: string): readonly unknown[] {
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((name) => {
    if (name === path) return [value[name]];
    return path.startsWith(`${name}.`) ? readingsOf(value[name], path.slice(name.length + 1)) : [];
  });
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  // beyond 2^53 two different numbers read alike
  if (Number.isSafeInteger(value) || typeof value === 'boolean') return String(value);
  return undefined;
}
