// A search of the trail that found nothing, for a name that the trail does not have: a misspelt name must not read like
// one that did nothing. The trail itself is asked which names there are, so that a copy tells it as well.

import type { TrailReader } from '../../src/core/audit/ports.ts';
import { readTrail, type TrailRange } from '../../src/core/audit/read-trail.ts';
import type { CloudEvent } from '../../src/core/audit/record.ts';
import { meantOf } from '../nearest.ts';
import { printable } from '../print.ts';

/** What a search may name, by the option. */
type Named = Readonly<Partial<Record<keyof typeof NAMES, string>>>;

/** The names of one kind in an event. */
const NAMES = {
  agent: ({ subject, data }: CloudEvent) => [
    data['agent'],
    ...(subject.startsWith(AGENT) ? [subject.slice(AGENT.length)] : []),
  ],
  task: ({ data }: CloudEvent) => [data['task']],
  person: ({ data }: CloudEvent) =>
    Object.entries(data).flatMap(([name, value]) => (name.endsWith('Subject') ? [value] : [])),
};
const AGENT = 'AGENT#';
/** Names of one kind that are kept to compare with. */
const MOST_NAMES = 10_000;

/** A sentence for each name that no record of the range has. */
export async function unknownNames(reader: TrailReader, range: TrailRange, named: Named): Promise<string[]> {
  const asked = Object.entries(named) as [keyof typeof NAMES, string][];
  const found = new Map(asked.map(([kind]) => [kind, new Set<string>()]));
  if (asked.length === 0) return [];
  for await (const { event } of readTrail(reader, range))
    for (const [kind, names] of found)
      for (const name of NAMES[kind](event))
        if (typeof name === 'string' && names.size < MOST_NAMES) names.add(name);
  return asked.flatMap(([kind, name]) => {
    const names = found.get(kind) ?? new Set();
    if (names.has(name) || names.size >= MOST_NAMES) return [];
    return `no record of that time names the ${kind} ${printable(name)}.${meantOf(name, [...names])}`;
  });
}
