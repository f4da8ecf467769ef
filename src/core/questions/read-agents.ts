// Agents of the registry, read to a bound.

import type { AgentSummary } from '../lifecycle/ports.ts';
import type { AgentStatus, RegisteredAgent } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { QuestionPorts } from './question.ts';

/** Agents that one question looks at. */
export const AGENTS_LOOKED_AT = 1000;
const PAGE = 100;
/** Rows that are read at once. */
const AT_ONCE = 20;

/** What was read, and whether there are more. */
export interface Looked<Item> {
  readonly items: readonly Item[];
  readonly isCut: boolean;
}

/** A misspelt name must not read like an agent that did nothing. @throws Refusal `agent_not_found` */
export async function requireKnown({ agents }: Pick<QuestionPorts, 'agents'>, id: string): Promise<void> {
  if ((await agents.find(id)) === undefined) throw new Refusal('agent_not_found');
}

/** Agents in these statuses; only those whose review date is `reviewBy` or earlier, when told. */
export async function listAgents(
  { agents }: { readonly agents: Pick<QuestionPorts['agents'], 'listByStatus'> },
  statuses: readonly AgentStatus[],
  reviewBy?: string,
): Promise<Looked<AgentSummary>> {
  const items: AgentSummary[] = [];
  for (const status of statuses) {
    let next: string | undefined;
    do {
      if (items.length >= AGENTS_LOOKED_AT) return { items, isCut: true };
      const page = await agents.listByStatus(status, {
        limit: PAGE,
        ...(next !== undefined && { next }),
        ...(reviewBy !== undefined && { reviewBy }),
      });
      items.push(...page.agents);
      next = page.next;
    } while (next !== undefined);
  }
  return { items, isCut: false };
}

/** The same with groups and bindings, which lists do not have. */
export async function readAgents(
  ports: Pick<QuestionPorts, 'agents'>,
  statuses: readonly AgentStatus[],
): Promise<Looked<RegisteredAgent>> {
  const { items, isCut } = await listAgents(ports, statuses);
  const seen = await eachOf(items, ({ id }) => ports.agents.find(id));
  return { items: seen.flatMap((each) => (each === undefined ? [] : [each.agent])), isCut };
}

/** Reads something for each item, a few at a time, in order. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(read))));
  return results;
}
