// Reviews that are overdue, or soon will be.

import { days } from './parameters.ts';
import { answer, question } from './question.ts';
import { listAgents } from './read-agents.ts';

const COLUMNS = ['agent', 'review by', 'state', 'agent is', 'owner', 'purpose'];

/** Agents by review date, the earliest first. */
export const overdue = question({
  name: 'overdue',
  sentence: 'Which reviews are overdue?',
  parameters: { days: days('also those due within so many days') },
  async answer(ports, { days: ahead }) {
    const now = ports.clock().getTime();
    const dayIn = (count: number) => new Date(now + count * 86_400_000).toISOString().slice(0, 10);
    const today = dayIn(0);
    // a review is in time on its day, and overdue from the day after
    const until = ahead === undefined ? dayIn(-1) : dayIn(ahead);
    const { items, isCut } = await listAgents(ports, ['active', 'suspended', 'proposed'], until);
    const rows = [...items]
      .sort((one, other) => (one.reviewBy < other.reviewBy ? -1 : 1))
      .map((agent) => [
        agent.id,
        agent.reviewBy,
        agent.reviewBy < today ? 'overdue: new grants are refused' : 'due',
        agent.status,
        `${agent.owner.issuer} ${agent.owner.subject}`,
        agent.purpose,
      ]);
    return answer(COLUMNS, rows, { isCut });
  },
});
