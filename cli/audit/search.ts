// `remit audit search` and `remit audit tail`: what the trail says, the newest first, or as it is written. Whether it is
// true, `remit audit verify` says.

import { setTimeout as sleep } from 'node:timers/promises';
import { followTrail } from '../../src/core/audit/follow-trail.ts';
import type { TrailReader } from '../../src/core/audit/ports.ts';
import type { TrailRecord } from '../../src/core/audit/record.ts';
import { searchTrail, type TrailSearch } from '../../src/core/audit/search-trail.ts';
import { meantPerson } from '../../src/core/people/meant-person.ts';
import { csvLines } from '../../src/core/questions/csv.ts';
import { hashesNaming, isOneResource } from '../../src/core/record/resource-hashes.ts';
import { CliError, EXIT } from '../failure.ts';
import { readGrantId } from '../grant-id.ts';
import { jsonText, notice, printable, printJson, printLines, tableLines } from '../print.ts';
import { RECORD_COLUMNS, recordCells, shortCells } from './records.ts';
import { openTrailSource, type SourceOptions } from './source.ts';
import { namesIn, requireType, unknownNames } from './unknown-names.ts';

interface Filters extends Omit<TrailSearch, 'from' | 'to' | 'limit' | 'next' | 'resource' | 'isWanted'> {
  readonly resource?: string;
}

export interface SearchOptions extends SourceOptions, Filters {
  /** @default 30 days ago */
  readonly from?: Date;
  readonly to?: Date;
  readonly limit: number;
  readonly json?: boolean;
  readonly csv?: boolean;
}

const SEARCHED_DAYS = 30;

/** Prints what is found. @throws CliError when there is no trail */
export async function runSearch(directory: string | undefined, options: SearchOptions): Promise<void> {
  const { reader } = await openTrailSource(directory, options);
  const { limit } = options;
  // nothing is recorded later: days to come are not looked through
  const to = new Date(Math.min(Date.now(), options.to?.getTime() ?? Number.POSITIVE_INFINITY));
  const { from = new Date(to.getTime() - SEARCHED_DAYS * 86_400_000) } = options;
  requireOrder(options);
  const { search, page } = await find(reader, { ...filtersOf(options), from, to, limit });
  const { records, next } = page;
  if (options.json) printJson(records);
  else if (options.csv) printLines(csvLines(RECORD_COLUMNS, records.map(recordCells)));
  else if (records.length > 0)
    printLines(
      tableLines(
        RECORD_COLUMNS.map((name) => name.toUpperCase()),
        records.map(shortCells),
      ),
    );
  if (records.length === 0) await sayNothingFound(reader, search);
  if (next !== undefined) notice(`these are the newest ${limit}: --limit gives more, --to goes back further`);
}

/** A person whom no record names by that subject is looked for once more as whoever the name means. */
async function find(reader: TrailReader, search: TrailSearch) {
  const page = await searchTrail(reader, search, () => false);
  const { person } = search;
  if (page.records.length > 0 || person === undefined) return { search, page };
  const { from, to } = search;
  const subjects = await namesIn(reader, { from, to }, 'person');
  const meant = meantPerson(
    person,
    [...subjects].map((subject) => ({ subject })),
  );
  if (meant === undefined || meant === person) return { search, page };
  notice(`${person} is taken for ${meant}`);
  const other = { ...search, person: meant };
  return { search: other, page: await searchTrail(reader, other, () => false) };
}

/** An empty answer would read as "nothing happened". */
function requireOrder({ from, to }: SearchOptions): void {
  if (from === undefined || from <= (to ?? new Date())) return;
  throw new CliError('The search ends before it begins.', {
    fix: to === undefined ? 'give a --from that is past' : 'give a --from that is before --to',
    exitCode: EXIT.usage,
  });
}

/** On standard error, with every format: an empty list alone would read as "it did nothing". */
async function sayNothingFound(reader: TrailReader, { agent, task, person, type, from, to }: TrailSearch) {
  if (type !== undefined) await requireType(reader, { from, to }, type);
  notice('nothing is recorded of that');
  const named = { ...(agent && { agent }), ...(task && { task }), ...(person && { person }) };
  for (const sentence of await unknownNames(reader, { from, to }, named)) notice(sentence);
}

/** Filters that were given, and no others. @throws CliError for a resource that is a pattern */
function filtersOf(options: Filters): Omit<TrailSearch, 'from' | 'to' | 'limit'> {
  const { agent, task, grant, person, type, resource } = options;
  if (resource !== undefined && !resource.startsWith('arn:') && isOneResource(resource))
    throw new CliError('A resource is named by its ARN.', {
      fix: 'give one that begins with arn:',
      exitCode: EXIT.usage,
    });
  if (resource !== undefined && !isOneResource(resource))
    throw new CliError('The trail knows resources by their hashes, and a pattern has none of its own.', {
      fix: `name one resource, or ask the grants: remit ask touched --resource '${printable(resource)}'`,
      exitCode: EXIT.usage,
    });
  return {
    ...(agent !== undefined && { agent }),
    ...(task !== undefined && { task }),
    ...(grant !== undefined && { grant: readGrantId(grant) ?? grant }),
    ...(person !== undefined && { person }),
    ...(resource !== undefined && { resource: hashesNaming(resource) }),
    // as records have it, and as the table shows it
    ...(type !== undefined && { type: type.replace(/^remit\./, '') }),
  };
}

export interface TailOptions extends SourceOptions {
  readonly json?: boolean;
}

const LOOK_MS = 1000;
/** Each look at a bucket costs a request a shard. */
const LOOK_AT_BUCKET_MS = 5000;

/** Prints each record as it is archived, until it is stopped. @throws CliError when there is no trail */
export async function runTail(directory: string | undefined, options: TailOptions): Promise<void> {
  const { reader, place } = await openTrailSource(directory, options);
  const look = followTrail(reader, new Date());
  notice(`following ${place}; Ctrl-C ends it`);
  while (!process.stdout.destroyed) {
    const print = options.json ? (record: TrailRecord) => jsonText(record) : recordLine;
    printLines((await look()).map(print));
    await sleep(place.startsWith('s3:') ? LOOK_AT_BUCKET_MS : LOOK_MS);
  }
}

function recordLine(record: TrailRecord): string {
  return shortCells(record).map(printable).join('  ');
}
