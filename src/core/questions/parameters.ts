// The parameters that questions share, each read from its text.

import * as z from 'zod';
import { Refusal } from '../refusal.ts';

const LONGEST_TEXT = 2048;

const text = z
  .string()
  .min(1)
  .max(LONGEST_TEXT)
  .regex(/^[^\p{C}]+$/u, 'unprintable');

/** What a form offers for a parameter: a list of agents, a calendar, a text field. */
export const PARAMETER_KINDS = [
  'agent',
  'task',
  'issuer',
  'person',
  'code',
  'resource',
  'action',
  'values',
  'time',
  'days',
] as const;
export type ParameterKind = (typeof PARAMETER_KINDS)[number];

/** A name of that kind, with its sentence. */
export function named(kind: ParameterKind, sentence: string) {
  return text.meta({ description: sentence, kind });
}

/** The same, and it can be left out. */
export function namedOrNot(kind: ParameterKind, sentence: string) {
  return text.exactOptional().meta({ description: sentence, kind });
}

const instant = text.transform((value, context) => {
  // a date without a time would mean another instant on another machine
  const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time);
  context.addIssue({
    code: 'custom',
    message: 'not a time in UTC, such as 2026-11-24 or 2026-11-24T10:00:00Z',
  });
  return z.NEVER;
});

/** A time in UTC that can be left out. */
export function time(sentence: string) {
  return instant.exactOptional().meta({ description: sentence, kind: 'time' });
}

const MOST_DAYS = 3650;

/** A number of days that can be left out. */
export function days(sentence: string) {
  return text
    .regex(/^[0-9]{1,4}$/, 'not a number of days')
    .transform(Number)
    .pipe(z.number().max(MOST_DAYS))
    .exactOptional()
    .meta({ description: sentence, kind: 'days' });
}

/**
 * The first and last instant that are asked about: the last `defaultDays` days unless told.
 * @throws Refusal `question_malformed` for a range that ends before it begins
 */
export function rangeOf(
  now: Date,
  given: { readonly from?: Date; readonly to?: Date },
  defaultDays: number,
): { readonly from: Date; readonly to: Date } {
  const to = given.to ?? now;
  const from = given.from ?? new Date(to.getTime() - defaultDays * 86_400_000);
  // an empty answer would read as "nothing happened"
  if (from > to)
    throw new Refusal('question_malformed', {
      detail: 'from: later than to',
      members: { parameter: 'from' },
    });
  return { from, to };
}
