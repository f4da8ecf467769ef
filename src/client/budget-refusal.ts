// What a client says of a budget that is used up: which one, and when to try again. The broker tells in members of its
// answer; what is missing or of another form is left out, and the broker's own sentence stands.

import * as z from 'zod';

/** A place among grants at once may be free long before it is for certain: then it is asked for again after this. */
const LOOK_AGAIN_SECONDS = 60;

const members = z.object({
  code: z.enum(['budget_exceeded', 'budget_too_small']),
  budget: z.enum(['task', 'agent']),
  budget_window: z.enum(['concurrent', 'hour', 'day']),
  budget_limit: z.int().positive(),
  budget_parameter: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,31}$/)
    .optional(),
});

/** How it is told, and when it is asked again. */
export interface BudgetRefusal {
  readonly sentence: string;
  readonly fix: string;
  readonly retryAfterSeconds: number | undefined;
}

/** Reads the body of a refusal; undefined when it is of another kind. */
export function readBudgetRefusal(
  body: unknown,
  retryAfterSeconds: number | undefined,
): BudgetRefusal | undefined {
  const read = members.safeParse(body);
  if (!read.success) return undefined;
  const { code, budget, budget_window: window, budget_limit: most, budget_parameter: parameter } = read.data;
  const what = budget === 'task' ? ' of this task' : '';
  const amount = parameter ?? 'it';
  if (code === 'budget_too_small')
    return {
      sentence: `This request alone is more than the ${most} that a day allows for ${amount}.`,
      fix: `ask for less: ${amount} may be ${most} at most`,
      retryAfterSeconds: undefined,
    };
  const when = retryAfterSeconds === undefined ? 'later' : `in ${inWords(retryAfterSeconds)}`;
  switch (window) {
    case 'concurrent':
      return {
        sentence: `The agent holds as many grants${what} at once as its budget allows: ${most}.`,
        fix: `try again when one has ended and its last lease is over, ${when} at the latest`,
        retryAfterSeconds: retryAfterSeconds && Math.min(retryAfterSeconds, LOOK_AGAIN_SECONDS),
      };
    case 'hour':
      return {
        sentence: `The agent has begun as many grants${what} within an hour as its budget allows: ${most}.`,
        fix: `try again ${when}`,
        retryAfterSeconds,
      };
    case 'day':
      return {
        sentence: `The budget of this task has no room left for that ${amount}: ${most} in 24 hours.`,
        fix: `try again ${when}, or ask for less`,
        retryAfterSeconds,
      };
  }
}

/** `40 s`, `12 min`, `5 h`: never less than it is. */
export function inWords(seconds: number): string {
  if (seconds <= 90) return `${Math.ceil(seconds)} s`;
  if (seconds <= 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.ceil(seconds / 3600)} h`;
}
