// A search of the trail that found nothing, for a name that the trail does not have: a misspelt name must not read like
// one that did nothing. The trail itself is asked which names there are, so that a copy tells it as well.

import { EVENT_TYPES } from '../../src/core/audit/event-types.ts';
import type { TrailReader } from '../../src/core/audit/ports.ts';
import { readTrail, type TrailRange } from '../../src/core/audit/read-trail.ts';
import type { CloudEvent } from '../../src/core/audit/record.ts';
import { CliError, EXIT } from '../failure.ts';
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

/** All the names of one kind that records of the range have. */
export async function namesIn(
  reader: TrailReader,
  range: TrailRange,
  kind: keyof typeof NAMES,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const { event } of readTrail(reader, range))
    for (const name of NAMES[kind](event))
      if (typeof name === 'string' && names.size < MOST_NAMES) names.add(name);
  return names;
}

/** @throws CliError for a type that is none and that no record of the range has */
export async function requireType(reader: TrailReader, range: TrailRange, type: string): Promise<void> {
  const begins = (each: string) => `${each}.`.startsWith(`${type}.`);
  if (EVENT_TYPES.some(begins) || type.endsWith('.refused')) return;
  for await (const { event } of readTrail(reader, range)) if (begins(typeOf(event))) return;
  throw new CliError(`There is no type of event ${printable(type)}.${meantOf(type, EVENT_TYPES)}`, {
    fix: 'docs/audit.md lists them; refusals are <operation>.refused, such as token.refused',
    exitCode: EXIT.usage,
  });
}

function typeOf({ type }: CloudEvent): string {
  return type.replace(/^remit\./, '');
}

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
