// The channel of local mode: one line for whoever watches it, and the last notices at `GET /dev/notifications`. In AWS
// these go to SNS and EventBridge.

import type { ApprovalNotice, Notifier } from '../../core/approve/ports.ts';
import type { Clock } from '../../core/ports.ts';
import type { GatewayRoute } from './gateway.ts';

const KEPT = 100;

/** A notice, and when it came. */
export interface Told extends ApprovalNotice {
  readonly at: Date;
}

/** The channel and its route. */
export interface LocalNotifier {
  readonly notifier: Notifier;
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
  'break-glass': 'approved by breaking the glass',
};

/** Each notice goes to `tell`. */
export function createLocalNotifier(options: {
  readonly clock: Clock;
  readonly tell: (notice: Told) => void;
}): LocalNotifier {
  const kept: Told[] = [];
  return {
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
        body: JSON.stringify({ notifications: kept }),
      }),
    },
  };
}

/** `12:00:01 approval wanted: billing-agent refund-customer in prod, from finance-leads http://… code ABCD-EFGH`. */
export function noticeLine(notice: Told): string {
  const { at, kind, agent, task, environment, groups, link, bindingCode } = notice;
  const head = `${at.toISOString().slice(11, 19)} ${WORDS[kind]}: ${agent} ${task} in ${environment}`;
  const asked = groups.length === 0 ? '' : `, ${isOpen(kind) ? 'from' : 'told'} ${groups.join(', ')}`;
  return `${head}${asked} ${link} code ${bindingCode}`;
}

function isOpen(kind: ApprovalNotice['kind']): boolean {
  return kind === 'opened' || kind === 'reminder' || kind === 'escalation';
}
