// People's orders over real tables and a standing clock, with a queue that remembers what it was sent.

import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { createKillBook, createKillLists, createSwitches } from '../../src/adapters/aws/kill-tables.ts';
import type { KillDeps } from '../../src/core/kill/kill.ts';
import { reviewDigest } from '../../src/core/lifecycle/agent-digest.ts';
import { confirmReview } from '../../src/core/lifecycle/change.ts';
import type { Moment } from '../../src/core/lifecycle/orders.ts';
import type { AgentBook, Order } from '../../src/core/lifecycle/ports.ts';
import type { OwnersOf } from '../../src/core/lifecycle/register.ts';
import type { Catalog, RegisteredAgent } from '../../src/core/model.ts';
import type { ExchangeUnderTest } from './exchange.ts';
import { TABLES, type Tables } from './tables.ts';

export const OLGA = { issuer: 'https://login.acme.dev', subject: 'olga' };
export const ORDER: Order = { by: OLGA, reason: 'the agent behaves oddly' };

/** Looks at an agent and confirms its review as it is. */
export async function reviewAsShown(
  deps: { readonly agents: AgentBook; readonly catalog: Catalog },
  asked: { readonly id: string; readonly reviewBy?: string; readonly evidenceId?: string },
  moment: Moment,
): Promise<RegisteredAgent> {
  const seen = await deps.agents.find(asked.id);
  if (seen === undefined) throw new Error(`no agent ${asked.id}`);
  const digest = reviewDigest(seen.agent, deps.catalog);
  return confirmReview(deps, { ...asked, order: ORDER, reviewDigest: digest }, moment);
}

/** Everything an order needs, over the exchange's own ports. */
export function ordersOver(
  tables: Tables,
  exchange: ExchangeUnderTest,
): KillDeps & OwnersOf & { readonly sent: string[] } {
  const options = { client: tables.client, table: TABLES.registry };
  const sent: string[] = [];
  return {
    sent,
    agents: createAgentBook(options),
    switches: createSwitches(options),
    kills: createKillBook(options),
    lists: createKillLists(options),
    queue: { send: async (role) => void sent.push(role) },
    grants: exchange.deps.grants,
    catalog: exchange.catalog,
    peopleIssuer: exchange.people.config.issuer,
    clock: exchange.deps.clock,
    pause: async (seconds) => exchange.pass(seconds),
  };
}
