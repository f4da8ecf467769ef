// Times as people type them: ISO 8601, or an age.

import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2026-11-24T00:00:00Z`, or `24h` for that long ago. @throws InvalidArgumentError */
export function readTime(text: string): Date {
  const [, count, unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNIT_MS[unit] ?? 0);
  if (!Number.isNaN(time)) return new Date(time);
  throw new InvalidArgumentError('a time is ISO 8601, or an age such as 30m, 24h, 7d');
}
