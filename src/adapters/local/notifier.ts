// The channel of local mode: one line for whoever watches it, and the last notices at `GET /dev/notifications`. In AWS
// these go to SNS and EventBridge.

import type { ApprovalNotice, Notifier } from '../../core/approve/ports.ts';
import type { Clock } from '../../core/ports.ts';
import { type ReviewNotice, type ReviewNotifier, reviewSentence } from '../../core/review/remind.ts';
import type { GatewayRoute } from './gateway.ts';

const KEPT = 100;

/** A notice, and when it came. */
export interface Told extends ApprovalNotice {
  readonly at: Date;
}

/** A notice of a review, and when it came. */
export interface ToldReview extends ReviewNotice {
  readonly at: Date;
}

/** The channels and their route. */
export interface LocalNotifier {
  readonly notifier: Notifier;
  readonly reviewNotifier: ReviewNotifier;
  readonly route: GatewayRoute;
}

const WORDS: Readonly<Record<ApprovalNotice['kind'], string>> = {
  opened: 'approval wanted',
  reminder: 'approval still wanted',
  escalation: 'approval wanted, and nobody answers',
  approved: 'approved',
  denied: 'denied',
  lapsed: 'lapsed, nobody decided',
  killed: 'killed by an order',
  failed: 'failed',
  withdrawn: 'taken back by the agent',
  'break-glass': 'approved by breaking the glass',
};

/** Each notice goes to `tell`. */
export function createLocalNotifier(options: {
  readonly clock: Clock;
  readonly tell: (notice: Told | ToldReview) => void;
}): LocalNotifier {
  const kept: Told[] = [];
  const reviews: ToldReview[] = [];
  return {
    reviewNotifier: {
      tellReview: async (notice) => {
        const told = { ...notice, at: options.clock() };
        reviews.push(told);
        if (reviews.length > KEPT) reviews.shift();
        options.tell(told);
        return { isTold: true, failed: [] };
      },
    },
    notifier: {
      notify: async (notice) => {
        const told = { ...notice, at: options.clock() };
        kept.push(told);
        if (kept.length > KEPT) kept.shift();
        options.tell(told);
        return [];
      },
    },
    route: {
      routeKey: 'GET /dev/notifications',
      handler: async () => ({
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body: JSON.stringify({ notifications: kept, reviews }),
      }),
    },
  };
}

/** `12:00:01 approval wanted: billing-agent refund-customer in prod, from finance-leads http://… code ABCD-EFGH`. */
export function noticeLine(notice: Told | ToldReview): string {
  if (isReview(notice)) {
    const time = notice.at.toISOString().slice(11, 19);
    return `${time} ${reviewSentence(notice)} Owner: ${notice.owner.subject} ${notice.link}`;
  }
  const { at, kind, agent, task, environment, groups, link, bindingCode } = notice;
  const head = `${at.toISOString().slice(11, 19)} ${WORDS[kind]}: ${agent} ${task} in ${environment}`;
  const asked = groups.length === 0 ? '' : `, ${isOpen(kind) ? 'from' : 'told'} ${groups.join(', ')}`;
  return `${head}${asked} ${link} code ${bindingCode}`;
}

function isReview(notice: Told | ToldReview): notice is ToldReview {
  return notice.kind === 'review.due' || notice.kind === 'review.overdue';
}

function isOpen(kind: ApprovalNotice['kind']): boolean {
  return kind === 'opened' || kind === 'reminder' || kind === 'escalation';
}
