// The story of an agent in the fake API: pages of what people did, and what it did itself in between.

import type { AgentStory, StoryTold } from '../../console/api/admin-answers.ts';
import type { StoryEntry } from '../../src/core/audit/agent-story.ts';
import type { FakeWorld } from './fake-people-api.ts';

const START = Date.parse('2026-11-24T08:00:00.000Z');
const ENTRIES = 60;

/** `/api/agents/{id}/story` */
export function storyPage(
  world: FakeWorld,
  { id }: Pick<AgentStory['agent'], 'id'>,
  query: URLSearchParams,
): StoryTold {
  const all = Array.from({ length: world.isEmpty ? 0 : ENTRIES }, (_, index) =>
    entry(world, id, index),
  ).filter(({ administrative }) => administrative || query.get('only') === null);
  const from = Number(query.get('next') ?? 0);
  const limit = Number(query.get('limit') ?? 25);
  const isMore = all.length > from + limit;
  return { agent: id, entries: all.slice(from, from + limit), ...(isMore && { next: String(from + limit) }) };
}

function entry({ origin }: FakeWorld, agent: string, index: number): StoryEntry {
  const at = new Date(START - index * 3_600_000).toISOString();
  const record = { shard: index % 4, seq: ENTRIES - index };
  const by = { kind: 'person', issuer: `${origin}/people`, subject: '51e0c9a7-dora' } as const;
  const grantId = `01KC2Y5T8Q4ZV3N7R6W9XAB${String(index).padStart(3, '0')}`;
  if (index % 2 === 0)
    return {
      at,
      type: index % 4 === 0 ? 'agent.suspended' : 'agent.resumed',
      what: index % 4 === 0 ? 'Suspended: it was active.' : 'Resumed: it was suspended.',
      by,
      why: `Incident ${index}`,
      administrative: true,
      record,
    };
  const task = 'refund-customer';
  if (index % 4 === 1)
    return {
      at,
      type: 'approval.recorded',
      what: `Its request for ${task}: approve; now approved.`,
      by,
      administrative: false,
      grantId,
      task,
      record,
    };
  const what = `Was let do ${task}.`;
  const self = { kind: 'agent', id: agent } as const;
  return { at, type: 'grant.reserved', what, by: self, administrative: false, grantId, task, record };
}
