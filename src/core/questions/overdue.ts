// Reviews that are overdue, or soon will be.

import { days } from './parameters.ts';
import { part, question } from './question.ts';
import { walkAgents } from './walk-agents.ts';

const LIVING = ['active', 'suspended', 'proposed'] as const;
const COLUMNS = ['agent', 'review by', 'state', 'agent is', 'owner', 'purpose'];

/** Agents by review date, of each part the earliest first. */
export const overdue = question({
  name: 'overdue',
  sentence: 'Which reviews are overdue?',
  parameters: { days: days('also those due within so many days') },
  goesOn: true,
  async answer(ports, { days: ahead }, from) {
    const now = ports.clock().getTime();
    const dayIn = (count: number) => new Date(now + count * 86_400_000).toISOString().slice(0, 10);
    const today = dayIn(0);
    // a review is in time on its day, and overdue from the day after
    const until = ahead === undefined ? dayIn(-1) : dayIn(ahead);
    const walk = { statuses: LIVING, reviewBy: until, next: from };
    const { rows: found, next } = await walkAgents(ports, walk, async (page) => page);
    const rows = [...found]
      .sort((one, other) => (one.reviewBy < other.reviewBy ? -1 : 1))
      .map((agent) => [
        agent.id,
        agent.reviewBy,
        agent.reviewBy < today ? 'overdue: new grants are refused' : 'due',
        agent.status,
        `${agent.owner.issuer} ${agent.owner.subject}`,
        agent.purpose,
      ]);
    return part(COLUMNS, rows, { next });
  },
});
