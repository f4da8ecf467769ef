// Answers that come in parts, read to their end; what is under way is said to whoever waits.

import type { Answer } from '../src/core/questions/question.ts';

/** All parts as one. Notes tell of a part: of several none is kept. */
export async function readOn(
  first: Answer,
  ask: (next: string) => Promise<Answer>,
  tell: (sentence: string) => void,
): Promise<Answer> {
  if (first.next === undefined) return first;
  const rows = [...first.rows];
  let next: string | undefined = first.next;
  while (next !== undefined) {
    tell(`${rows.length.toLocaleString('en-US')} rows so far, reading on`);
    const part = await ask(next);
    rows.push(...part.rows);
    next = part.next;
  }
  return { columns: first.columns, rows, isCut: false };
}
