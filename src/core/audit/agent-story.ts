// The whole story of one agent, from the trail: each event as when, who, what in a sentence, and why. It searches as the
// search of the trail does and proves as little; each entry names its record, which can be verified.

import type { TrailReader } from './ports.ts';
import { firstDay } from './read-trail.ts';
import type { TrailRecord } from './record.ts';
import { searchTrail, type TrailCursor } from './search-trail.ts';
import { sentenceOf } from './story-sentence.ts';

/** Who did something: a person, an agent by its id, or a part of Remit. */
export type StoryActor =
  | { readonly kind: 'person'; readonly issuer: string; readonly subject: string }
  | { readonly kind: 'agent' | 'part'; readonly id: string };

/** One event of the agent's life. */
export interface StoryEntry {
  /** When it happened, or was recorded where that is not known. */
  readonly at: string;
  /** Of the event: `agent.suspended`. */
  readonly type: string;
  readonly what: string;
  readonly by?: StoryActor;
  /** In the words of whoever acted. */
  readonly why?: string;
  /** Something that people or a deployment did to the agent, or tried to; everything else it did itself. */
  readonly administrative: boolean;
  readonly grantId?: string;
  readonly task?: string;
  /** Of the signature behind it. */
  readonly evidenceId?: string;
  readonly record: { readonly shard: number; readonly seq: number };
}

/** What is told. */
export interface StoryQuery {
  readonly agent: string;
  /** Only what is administrative. */
  readonly administrative: boolean;
  /** From then on; from the beginning of the trail when left out. */
  readonly from?: Date;
  readonly to: Date;
  readonly limit: number;
  readonly next?: TrailCursor;
}

export interface StoryPage {
  /** Newest first. */
  readonly entries: readonly StoryEntry[];
  readonly next?: TrailCursor;
}

/** One page; it can be empty and still have a next one. `isOver` ends it early. */
export async function agentStory(
  reader: TrailReader,
  { administrative, from: asked, ...query }: StoryQuery,
  isOver: () => boolean,
): Promise<StoryPage> {
  const from = asked ?? (await firstDay(reader));
  if (from === undefined) return { entries: [] };
  const search = { ...query, from, ...(administrative && { isWanted: isAdministrative }) };
  const { records, next } = await searchTrail(reader, search, isOver);
  return { entries: records.map(entryOf), ...(next && { next }) };
}

/** A record as an entry. */
export function entryOf(record: TrailRecord): StoryEntry {
  const { at, event, shard, seq } = record;
  const by = actorOf(record);
  const why = event.data['reason'];
  return {
    at: event.time ?? at,
    type: event.type.replace(/^remit\./, ''),
    what: sentenceOf(event),
    ...(by && { by }),
    ...(typeof why === 'string' && why !== '' && { why }),
    administrative: isAdministrative(record),
    ...named(record, 'grantId'),
    ...named(record, 'task'),
    ...named(record, 'evidenceId'),
    record: { shard, seq },
  };
}

function isAdministrative({ event: { type, data } }: TrailRecord): boolean {
  return /^remit\.(agent|kill|stop)\./.test(type) || (type.endsWith('.refused') && 'order' in data);
}

function named({ event: { data } }: TrailRecord, name: 'grantId' | 'task' | 'evidenceId') {
  const value = data[name];
  return typeof value === 'string' ? { [name]: value } : {};
}

/** Who did it. Of a refusal whose order is not named the actor is the workload: the agent itself. */
export function actorOf({ event: { type, data } }: TrailRecord): StoryActor | undefined {
  const isOwnRefusal = type.endsWith('.refused') && !('order' in data);
  const agent = data['agent'];
  if (isOwnRefusal || /^remit\.(lease|grant\.(reserved|pending))/.test(type))
    return typeof agent === 'string' ? { kind: 'agent', id: agent } : undefined;
  for (const role of ['actor', 'approver']) {
    const issuer = data[`${role}Issuer`];
    const subject = data[`${role}Subject`];
    if (typeof issuer === 'string' && typeof subject === 'string') return { kind: 'person', issuer, subject };
  }
  if (type === 'remit.grant.ended' && data['status'] === 'completed' && typeof agent === 'string')
    return { kind: 'agent', id: agent };
  const part = data['actor'];
  return typeof part === 'string' ? { kind: 'part', id: part } : undefined;
}
