// The questions that can be asked, by name: of the command line and of the people's API alike.

import { Refusal } from '../refusal.ts';
import { agent } from './agent.ts';
import { approved } from './approved.ts';
import { blast } from './blast.ts';
import { could } from './could.ts';
import { holds } from './holds.ts';
import { idle } from './idle.ts';
import { overdue } from './overdue.ts';
import type { Question } from './question.ts';
import { refused } from './refused.ts';
import { touched } from './touched.ts';

/** In the order in which they are listed. */
export const QUESTIONS: readonly Question[] = [
  holds,
  agent,
  could,
  approved,
  touched,
  refused,
  idle,
  overdue,
  blast,
];

/** @throws Refusal `question_unknown` */
export function findQuestion(name: string): Question {
  const found = QUESTIONS.find((each) => each.name === name);
  if (found === undefined) throw new Refusal('question_unknown');
  return found;
}
