// Reminders of reviews: two weeks and three days before the date, on the day, and each week once it is overdue. Which
// one is due is read off the review date alone; who sends it is settled by a claim, so that two runs at once send one.
// A run that breaks off after its claim leaves it to a later run; one that breaks off after sending repeats it.

import type { AgentBook, AgentSummary } from '../lifecycle/ports.ts';
import type { Person } from '../model.ts';
import type { Clock } from '../ports.ts';
import { addSeconds } from '../record/lifetime.ts';
import { DUE_DAYS, dayOf, daysUntil } from './due.ts';

/** The second reminder. */
const SOON_DAYS = 3;
const WEEK_DAYS = 7;
/** A reminder that nothing sent in its first days is not sent any more: the next one comes. */
const CATCH_UP_DAYS = 3;
/** Pages of the index that one run reads of each status. */
const WALKED_PAGES = 200;
const PAGE = 100;
/** A claim that came to nothing is free again after this. */
const CLAIM_SECONDS = 900;

/** What people and programs are told. */
export interface ReviewNotice {
  readonly kind: 'review.due' | 'review.overdue';
  /** The same when it is told twice. */
  readonly noticeId: string;
  readonly agent: string;
  readonly owner: Person;
  readonly environment: string;
  readonly reviewBy: string;
  /** Until the date; negative when it has passed. */
  readonly days: number;
  /** The page of this review. */
  readonly link: string;
}

/** What came of telling. */
export interface Telling {
  /** Some channel took it. */
  readonly isTold: boolean;
  /** Names of the channels that did not. */
  readonly failed: readonly string[];
}

/** Tells people of reviews. */
export interface ReviewNotifier {
  tellReview(notice: ReviewNotice): Promise<Telling>;
}

/** Remembers which reminder of an agent was sent last. Each is one conditional write on one item. */
export interface ReminderBook {
  /** @returns false when it was sent, or another run has it in hand until then. */
  claim(reminder: Reminder, times: { readonly now: Date; readonly until: Date }): Promise<boolean>;
  markSent(reminder: Reminder, at: Date): Promise<void>;
}

/** One reminder of one agent. */
export interface Reminder {
  readonly agent: string;
  /** `<review date>#<which>`, such as `2026-11-30#due-14`. */
  readonly stage: string;
}

/** What reminding needs. */
export interface RemindDeps {
  readonly agents: Pick<AgentBook, 'find' | 'listByStatus'>;
  readonly reminders: ReminderBook;
  readonly notifier: ReviewNotifier;
  readonly clock: Clock;
  /** Origin of the console. */
  readonly consoleOrigin: string;
}

/** What a run did. */
export interface RemindReport {
  readonly sent: number;
  /** Reminders that no channel took, or that could not be claimed or marked; a later run tries again. */
  readonly failures: number;
  /** Channels that did not take a notice that another took. */
  readonly channels: readonly string[];
  /** There were more agents than one run walks. */
  readonly isCut: boolean;
}

/** The reminder that began last, and how many days ago; undefined before the first. */
export function reminderStage(reviewBy: string, now: Date): { stage: string; age: number } | undefined {
  const days = daysUntil(reviewBy, now);
  const of = (which: string, begins: number) => ({ stage: `${reviewBy}#${which}`, age: begins - days });
  if (days > DUE_DAYS) return undefined;
  if (days > SOON_DAYS) return of(`due-${DUE_DAYS}`, DUE_DAYS);
  if (days > 0) return of(`due-${SOON_DAYS}`, SOON_DAYS);
  if (days === 0) return of('due-0', 0);
  const week = Math.floor((-days - 1) / WEEK_DAYS);
  return of(`overdue-${week}`, -1 - week * WEEK_DAYS);
}

/** Sends what is due. Safe to repeat, to run twice at once and to break off anywhere. */
export async function remindOfReviews(deps: RemindDeps): Promise<RemindReport> {
  const now = deps.clock();
  let report: RemindReport = { sent: 0, failures: 0, channels: [], isCut: false };
  for (const status of ['active', 'suspended'] as const) {
    let next: string | undefined;
    for (let pages = 0; pages < WALKED_PAGES; pages += 1) {
      const page = await deps.agents.listByStatus(status, {
        limit: PAGE,
        reviewBy: dayOf(addSeconds(now, DUE_DAYS * 86_400)),
        ...(next !== undefined && { next }),
      });
      for (const agent of page.agents) report = add(report, await remindOf(deps, agent, now));
      next = page.next;
      if (next === undefined) break;
    }
    if (next !== undefined) report = { ...report, isCut: true };
  }
  return report;
}

type Outcome = Pick<RemindReport, 'sent' | 'failures' | 'channels'>;
const NOTHING: Outcome = { sent: 0, failures: 0, channels: [] };

function add(report: RemindReport, outcome: Outcome): RemindReport {
  return {
    ...report,
    sent: report.sent + outcome.sent,
    failures: report.failures + outcome.failures,
    channels: [...report.channels, ...outcome.channels],
  };
}

/** One agent's failure keeps no other from being reminded of. */
async function remindOf(deps: RemindDeps, listed: AgentSummary, now: Date): Promise<Outcome> {
  const due = reminderStage(listed.reviewBy, now);
  if (due === undefined || due.age >= CATCH_UP_DAYS) return NOTHING;
  const reminder = { agent: listed.id, stage: due.stage };
  try {
    if (!(await deps.reminders.claim(reminder, { now, until: addSeconds(now, CLAIM_SECONDS) })))
      return NOTHING;
    const agent = (await deps.agents.find(listed.id))?.agent;
    // the index may be behind: somebody has just reviewed it, or stopped it
    if (agent === undefined || agent.reviewBy !== listed.reviewBy || agent.status !== listed.status)
      return NOTHING;
    const { isTold, failed } = await deps.notifier.tellReview(
      noticeOf(deps, agent, { stage: due.stage, now }),
    );
    if (!isTold) return { ...NOTHING, failures: 1 };
    await deps.reminders.markSent(reminder, now);
    return { sent: 1, failures: 0, channels: failed };
  } catch {
    return { ...NOTHING, failures: 1 };
  }
}

function noticeOf(
  { consoleOrigin }: RemindDeps,
  agent: AgentSummary,
  { stage, now }: { readonly stage: string; readonly now: Date },
): ReviewNotice {
  const days = daysUntil(agent.reviewBy, now);
  return {
    kind: days < 0 ? 'review.overdue' : 'review.due',
    noticeId: `${agent.id}#${stage}`,
    agent: agent.id,
    owner: agent.owner,
    environment: agent.environment,
    reviewBy: agent.reviewBy,
    days,
    link: `${consoleOrigin}/console/#/reviews/${encodeURIComponent(agent.id)}`,
  };
}

/** In words, without what only the agent's owner wrote. */
export function reviewSentence({ agent, days, reviewBy }: ReviewNotice): string {
  if (days < 0)
    return `The review of ${agent} was due on ${reviewBy}: it gets no new grants until somebody confirms it.`;
  return `The review of ${agent} is due ${days === 0 ? 'today' : `in ${days} day${days === 1 ? '' : 's'}, on ${reviewBy}`}.`;
}
