// Refusals by agent and code, from the audit trail: nothing else keeps what was refused without a row.

import type { CloudEvent } from '../audit/record.ts';
import { readTrail } from '../audit/read-trail.ts';
import { namedOrNot, rangeOf, time } from './parameters.ts';
import { answer, question } from './question.ts';

const COLUMNS = ['agent', 'code', 'times', 'first', 'last'];
const DEFAULT_DAYS = 7;
const MOST_KINDS = 10_000;

interface Tally {
  readonly agent: string;
  readonly code: string;
  times: number;
  first: string;
  last: string;
}

/** Counts, the most frequent first. */
export const refused = question({
  name: 'refused',
  sentence: 'What was refused, by agent and code?',
  parameters: {
    agent: namedOrNot('only this agent'),
    code: namedOrNot('only this code of docs/refusals.md'),
    from: time('refused at this time or later; the last 7 days when left out'),
    to: time('refused at this time or earlier; now when left out'),
  },
  async answer(ports, { agent, code, ...given }) {
    if (ports.trail === undefined)
      return answer(COLUMNS, [], {
        notes: ['there is no audit trail to read, so nothing is known: this is not the answer that nothing was refused'],
      });
    const tallies = new Map<string, Tally>();
    let isCut = false;
    for await (const { at, event } of readTrail(ports.trail, rangeOf(ports.clock(), given, DEFAULT_DAYS))) {
      const found = refusalIn(event);
      if (found === undefined) continue;
      if (agent !== undefined && found.agent !== agent) continue;
      if (code !== undefined && found.code !== code) continue;
      isCut ||= !count(tallies, { ...found, at: event.time ?? at });
    }
    const rows = [...tallies.values()].sort((one, other) => other.times - one.times);
    return answer(
      COLUMNS,
      rows.map((each) => [each.agent, each.code, each.times, each.first, each.last]),
      { isCut, notes: ['callers who proved no identity have no agent; of a flood the trail keeps a count'] },
    );
  },
});

/** The refusal that an event tells of, and how many it stands for. */
function refusalIn({ type, data }: CloudEvent) {
  if (!/^remit\.(refusal|request)\./.test(type)) return undefined;
  const { code, agent, count: counted } = data;
  if (typeof code !== 'string') return undefined;
  return {
    code,
    agent: typeof agent === 'string' ? agent : '',
    times: typeof counted === 'number' && counted > 0 ? counted : 1,
  };
}

/** @returns false when there are too many kinds to keep. */
function count(
  tallies: Map<string, Tally>,
  { agent, code, times, at }: { agent: string; code: string; times: number; at: string },
): boolean {
  const key = JSON.stringify([agent, code]);
  const known = tallies.get(key);
  if (known === undefined) {
    if (tallies.size >= MOST_KINDS) return false;
    tallies.set(key, { agent, code, times, first: at, last: at });
    return true;
  }
  known.times += times;
  if (at < known.first) known.first = at;
  if (at > known.last) known.last = at;
  return true;
}
