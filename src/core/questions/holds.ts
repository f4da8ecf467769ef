// Who holds what now: open grants, and ended ones whose last lease has not run out.

import type { GrantSummary } from '../ports.ts';
import { isOpen } from '../record/lifetime.ts';
import { namedOrNot } from './parameters.ts';
import { answer, question } from './question.ts';
import { requireKnown } from './read-agents.ts';
import { list, longestLifeMs } from './read-grants.ts';

const COLUMNS = [
  'grant',
  'agent',
  'task',
  'status',
  'holds',
  'lease until',
  'grant until',
  'requested',
  'leases',
  'flags',
];

/** Longest that a lease outlives the end of its grant. */
const LONGEST_LEASE_SECONDS = 900;

/** Open grants, and leases of ended ones that still work. */
export const holds = question({
  name: 'holds',
  sentence: 'Who holds what now?',
  parameters: {
    agent: namedOrNot('agent', 'only this agent'),
    task: namedOrNot('task', 'only this task'),
  },
  async answer(ports, { agent, task }) {
    const now = ports.clock();
    const wanted = { ...(agent && { agent }), ...(task && { task }) };
    // the index of open grants has all of them; the lists by time are read for leases of grants that have just ended
    const open = await list(ports, {});
    const tasks = ports.catalog.tasks.map(({ id }) => id);
    const recent = await list(ports, { tasks, ...wanted, from: since(ports, now) });
    const all = new Map([...recent.items, ...open.items].map((grant) => [grant.grantId, grant]));
    const rows = [...all.values()].filter(
      (grant) =>
        (isOpen(grant) || hasLease(grant, now)) &&
        (agent === undefined || grant.agent === agent) &&
        (task === undefined || grant.task === task),
    );
    if (rows.length === 0 && agent !== undefined) await requireKnown(ports, agent);
    return answer(
      COLUMNS,
      rows.map((grant) => row(grant, now)),
      { isCut: open.isCut || recent.isCut },
    );
  },
});

/** Grants asked for earlier are over, and so are their leases. */
function since(ports: Parameters<typeof longestLifeMs>[0], now: Date): Date {
  return new Date(now.getTime() - longestLifeMs(ports) - LONGEST_LEASE_SECONDS * 1000);
}

function hasLease({ leaseExpiresAt, leaseCount }: GrantSummary, now: Date): boolean {
  return leaseCount > 0 && leaseExpiresAt !== undefined && leaseExpiresAt > now;
}

function row(grant: GrantSummary, now: Date) {
  return [
    grant.grantId,
    grant.agent,
    grant.task,
    grant.status,
    whatItHolds(grant, now),
    grant.leaseExpiresAt?.toISOString() ?? '',
    isOpen(grant) ? grant.expiresAt.toISOString() : '',
    grant.requestedAt.toISOString(),
    grant.leaseCount,
    (grant.flags ?? []).join(' '),
  ];
}

function whatItHolds(grant: GrantSummary, now: Date): string {
  if (hasLease(grant, now)) return isOpen(grant) ? 'credentials' : 'credentials, no more to come';
  return grant.status === 'pending' ? 'nothing: waits for people' : 'nothing: may ask for a lease';
}
