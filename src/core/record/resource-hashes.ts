// Which resources a grant's permissions name, as hashes on its first event: the trail holds no value of a parameter, and
// whoever has an ARN can still ask which grants could touch it. A pattern is known by what stands before its first
// wildcard, so the answer may name more grants than could, and never fewer.

import { createHash } from 'node:crypto';
import type { PolicyStatement } from '../model.ts';

/** Patterns that an event names; a session policy of 2,048 characters has room for fewer. */
const MOST_RESOURCES = 128;
/** 128 bits in hexadecimal: a collision would add a grant to an answer. */
export const HASH_LENGTH = 32;
const WILDCARD = /[*?]/;

/** Facts of an event, by name; `resourcesOmitted` only where there were too many. */
export interface ResourceFacts {
  /** With spaces between; `<hash>` of an ARN, `<hash>*` of what a pattern begins with. */
  readonly resources: string;
  readonly resourcesOmitted?: number;
}

/** The facts of these permissions. */
export function resourceFacts(permissions: readonly PolicyStatement[]): ResourceFacts {
  const patterns = permissions.flatMap(({ Resource = [] }) => [Resource].flat());
  const hashes = [...new Set(patterns.map(hashOfPattern))].sort();
  const omitted = hashes.length - MOST_RESOURCES;
  return {
    resources: hashes.slice(0, MOST_RESOURCES).join(' '),
    ...(omitted > 0 && { resourcesOmitted: omitted }),
  };
}

/** Whether an ARN is one, and not a pattern: what begins where is known of no pattern but by its hash. */
export function isOneResource(arn: string): boolean {
  return !WILDCARD.test(arn);
}

/** Every hash that names this ARN: its own, and those of all that it begins with. */
export function hashesNaming(arn: string): ReadonlySet<string> {
  const begins = Array.from({ length: arn.length + 1 }, (_, length) => `${hashOf(arn.slice(0, length))}*`);
  return new Set([hashOf(arn), ...begins]);
}

/** Whether an event's facts name one of these; true as well where they do not say it all. */
export function namesOne(facts: Readonly<Record<string, unknown>>, hashes: ReadonlySet<string>): boolean {
  const { resources, resourcesOmitted } = facts;
  if (typeof resources !== 'string' || resourcesOmitted !== undefined) return true;
  return resources.split(' ').some((hash) => hashes.has(hash));
}

function hashOfPattern(pattern: string): string {
  const end = pattern.search(WILDCARD);
  return end < 0 ? hashOf(pattern) : `${hashOf(pattern.slice(0, end))}*`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}
