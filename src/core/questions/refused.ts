// Refusals by agent and code, from the audit trail: nothing else keeps what was refused without a row.

import type { TrailReader } from '../audit/ports.ts';
import { readTrail, type TrailRange } from '../audit/read-trail.ts';
import type { CloudEvent } from '../audit/record.ts';
import { REFUSALS, Refusal } from '../refusal.ts';
import { namedOrNot, rangeOf, time } from './parameters.ts';
import { answer, question } from './question.ts';

const COLUMNS = ['agent', 'code', 'times', 'first', 'last'];
const DEFAULT_DAYS = 7;
const MOST_KINDS = 10_000;

interface Tally {
  readonly agent: string;
  readonly code: string;
  /** Refusals told singly. */
  alone: number;
  /** Of a counter row: its highest count, which has all the earlier ones in it. */
  readonly counted: Map<string, number>;
  first: string;
  last: string;
}

/** Counts, the most frequent first. */
export const refused = question({
  name: 'refused',
  sentence: 'What was refused, by agent and code?',
  parameters: {
    agent: namedOrNot('agent', 'only this agent'),
    code: namedOrNot('code', 'only this code of docs/refusals.md'),
    from: time('refused at this time or later; the last 7 days when left out'),
    to: time('refused at this time or earlier; now when left out'),
  },
  async answer(ports, { agent, code, ...given }) {
    if (code !== undefined && !Object.hasOwn(REFUSALS, code))
      throw new Refusal('question_malformed', {
        detail: 'code: none of docs/refusals.md',
        members: { parameter: 'code' },
      });
    if (ports.trail === undefined)
      return answer(COLUMNS, [], {
        notes: [
          'there is no audit trail to read, so nothing is known: this is not the answer that nothing was refused',
        ],
      });
    const range = rangeOf(ports.clock(), given, DEFAULT_DAYS);
    const { tallies, isCut } = await tally(ports.trail, { agent, code, range });
    const rows = tallies
      .map((each) => [each.agent, each.code, timesOf(each), each.first, each.last] as const)
      .sort((one, other) => other[2] - one[2]);
    return answer(COLUMNS, rows, {
      isCut,
      notes: [
        'callers who proved no identity have no agent; of a flood these are the least: the trail tells each doubling',
      ],
    });
  },
});

/** Refusals of a range by code, the most frequent first. */
export async function refusalsByCode(trail: TrailReader, range: TrailRange) {
  const { tallies, isCut } = await tally(trail, { range });
  const counts = new Map<string, number>();
  for (const each of tallies) counts.set(each.code, (counts.get(each.code) ?? 0) + timesOf(each));
  const byCode = [...counts].map(([code, count]) => ({ code, count }));
  return { byCode: byCode.sort((one, other) => other.count - one.count), isCut };
}

interface Wanted {
  readonly range: TrailRange;
  readonly agent?: string | undefined;
  readonly code?: string | undefined;
}

async function tally(trail: TrailReader, { range, agent, code }: Wanted) {
  const tallies = new Map<string, Tally>();
  let isCut = false;
  for await (const { at, event } of readTrail(trail, range)) {
    const found = refusalIn(event);
    if (found === undefined) continue;
    if (agent !== undefined && found.agent !== agent) continue;
    if (code !== undefined && found.code !== code) continue;
    isCut ||= !count(tallies, { ...found, at: event.time ?? at });
  }
  return { tallies: [...tallies.values()], isCut };
}

/** The refusal that an event tells of. */
function refusalIn({ type, subject, data }: CloudEvent) {
  if (!/^remit\.(.*\.)?refus/.test(type)) return undefined;
  const { code, agent, count: counted } = data;
  if (typeof code !== 'string') return undefined;
  return {
    code,
    agent: typeof agent === 'string' ? agent : '',
    ...(typeof counted === 'number' && { row: subject, counted }),
  };
}

interface Found {
  readonly agent: string;
  readonly code: string;
  readonly row?: string;
  readonly counted?: number;
  readonly at: string;
}

/** @returns false when there are too many kinds to keep. */
function count(tallies: Map<string, Tally>, { agent, code, row, counted = 0, at }: Found): boolean {
  const key = JSON.stringify([agent, code]);
  if (!tallies.has(key) && tallies.size >= MOST_KINDS) return false;
  const tally = tallies.get(key) ?? { agent, code, alone: 0, counted: new Map(), first: at, last: at };
  tallies.set(key, tally);
  if (row === undefined) tally.alone += 1;
  else tally.counted.set(row, Math.max(counted, tally.counted.get(row) ?? 0));
  if (at < tally.first) tally.first = at;
  if (at > tally.last) tally.last = at;
  return true;
}

function timesOf({ alone, counted }: Tally): number {
  return [...counted.values()].reduce((sum, each) => sum + each, alone);
}
