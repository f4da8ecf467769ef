// Agents that have not asked for anything in a while: candidates for removal.

import { days } from './parameters.ts';
import { part, question } from './question.ts';
import { eachOf } from './read-agents.ts';
import { walkAgents } from './walk-agents.ts';

const COLUMNS = ['agent', 'last grant', 'days', 'owner', 'purpose', 'review by'];
const DEFAULT_DAYS = 30;

/** Active agents, of each part the longest idle first. */
export const idle = question({
  name: 'idle',
  sentence: 'Which agents have had no use in 30 days?',
  parameters: { days: days('other than 30 days') },
  goesOn: true,
  async answer(ports, given, from) {
    const now = ports.clock().getTime();
    const limit = given.days ?? DEFAULT_DAYS;
    const { rows: seen, next } = await walkAgents(ports, { statuses: ['active'], next: from }, (page) =>
      eachOf(page, async (agent) => {
        const { grants } = await ports.grants.listByAgent(agent.id, { limit: 1 });
        return { agent, last: grants[0]?.requestedAt };
      }),
    );
    const since = (last: Date | undefined) => (now - (last?.getTime() ?? 0)) / 86_400_000;
    const rows = seen
      .filter(({ last }) => since(last) >= limit)
      .sort((one, other) => since(other.last) - since(one.last))
      .map(({ agent, last }) => [
        agent.id,
        last?.toISOString() ?? '',
        last === undefined ? '' : Math.floor(since(last)),
        `${agent.owner.issuer} ${agent.owner.subject}`,
        agent.purpose,
        agent.reviewBy,
      ]);
    return part(COLUMNS, rows, {
      next,
      notes: ['no last grant: none in the time that grants are kept, or never'],
    });
  },
});
