// What a changed row tells. Every row counts its events (`eventNumber`), so the trail takes each exactly once and
// notices one that is missing. Counter rows of refusals are told at first singly, then at each doubling.

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { digestOf, digestOfText } from '../record/digest.ts';
import type { Poison } from './ports.ts';
import { type CloudEvent, cloudEventSchema, EVENT_SCHEMA } from './record.ts';
import type { Untold } from './untold.ts';

/** A row after a change, from a table's stream. */
export interface RowImage {
  /** Which table: `grants`, `registry`, `outbox`. */
  readonly source: string;
  readonly key: string;
  readonly image: Readonly<Record<string, unknown>>;
  /** The image as the stream had it: what is set aside when it cannot be read. */
  readonly raw: string;
  /** When the table was changed, by its own clock; absent for a row that was read from the table or the queue. */
  readonly changedAt?: Date;
  /** Comes back from the dead-letter queue: its number was passed over before. */
  readonly isRecovered?: boolean;
  /** What no event tells of the change, and the one place in the table's stream that has it. */
  readonly untold?: Untold & { readonly place: string };
}

/** An event of a row, to be recorded at its number. */
export interface Entry {
  readonly row: string;
  readonly number: number;
  readonly event: CloudEvent;
  /** When the row was changed so; by the event's own word where no stream says it, absent where that cannot be read. */
  readonly changedAt?: Date;
  readonly digest: string;
  /** Digest of what the trail has told at this number if an earlier release set this very image aside. */
  readonly digestAside: () => string;
  /** Of a counter row, whose numbers are not all told. */
  readonly isCounted: boolean;
}

export interface Reading {
  readonly entry?: Entry;
  /** Tells of a change that carries no event. */
  readonly untold?: Entry;
  readonly poison?: Poison;
}

/** Chains that grow side by side. A row keeps its shard for ever: never change this on a trail that exists. */
export const AUDIT_SHARDS = 4;
/** Refusals of one kind in one minute that are told singly. */
export const TOLD_SINGLY = 5;
/** Longer events are not recorded but set aside: nothing of ours is that long. */
const MAX_EVENT_BYTES = 16 * 1024;
/** Attributes that an untold change names. */
const MAX_NAMES = 20;
const NAME = /^[A-Za-z]{1,32}$/;

const rowSchema = z.object({
  eventNumber: z.number().int().min(1),
  isCounter: z.boolean().optional(),
  event: z.object({
    type: z.string().regex(/^[a-z-]+(\.[a-z-]+)+$/),
    at: z.iso.datetime(),
    requestId: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
});

/** Reads a change of a row. Rows that carry no event, and counts that are not told, give nothing. */
export function readRow(trail: string, row: RowImage): Reading {
  const untold = untoldEntry(trail, row);
  return { ...readEvent(trail, row), ...(untold && { untold }) };
}

function readEvent(trail: string, row: RowImage): Reading {
  const { image } = row;
  if (image['event'] === undefined && image['eventNumber'] === undefined) return {};
  const parsed = rowSchema.safeParse(image);
  if (!parsed.success) return setAside(trail, row, parsed.error.issues[0]?.path.join('.') ?? 'form');
  const { event: told, eventNumber: number, isCounter: isCounted = false } = parsed.data;
  if (isCounted && !isTold(number)) return {};
  const event: CloudEvent = {
    ...envelope(trail, row, number),
    type: `remit.${told.type}`,
    time: told.at,
    data: {
      ...told.facts,
      requestId: told.requestId,
      ...(isCounted && { count: number }),
      // the very image that the trail has told of as set aside
      ...(row.isRecovered && { recovered: digestOfText(row.raw) }),
    },
  };
  if (!cloudEventSchema.safeParse(event).success || sizeOf(event) > MAX_EVENT_BYTES)
    return setAside(trail, row, 'size');
  return { entry: entryOf(trail, row, { number, event, isCounted }) };
}

/** Of a position of its own: the change has no number in its row. */
function untoldEntry(trail: string, image: RowImage): Entry | undefined {
  const { source, key, untold, changedAt } = image;
  if (untold === undefined) return undefined;
  const row = `${source}/${key}/untold/${untold.place}`;
  const event: CloudEvent = {
    ...envelope(trail, image, 1),
    id: row,
    type: 'remit.audit.untold',
    ...(changedAt && { time: changedAt.toISOString() }),
    data: {
      row: `${source}/${key}`,
      change: untold.change,
      number: untold.number,
      ...(untold.attributes.length > 0 && { attributes: namesOf(untold.attributes) }),
    },
  };
  const digest = digestOf(event);
  return { row, number: 1, event, digest, digestAside: () => digest, isCounted: false };
}

/** Whoever wrote the row may have made up its names: what could say something else is not told. */
function namesOf(attributes: readonly string[]): string {
  const told = attributes.slice(0, MAX_NAMES).map((name) => (NAME.test(name) ? name : '?'));
  return [...told, ...(attributes.length > MAX_NAMES ? ['…'] : [])].join(' ');
}

/** The number that a row's next event in the trail must have. */
export function numberAfter(last: number, isCounted: boolean): number {
  if (!isCounted || last < TOLD_SINGLY) return last + 1;
  return 2 ** (Math.floor(Math.log2(last)) + 1);
}

function isTold(number: number): boolean {
  return number <= TOLD_SINGLY || Number.isInteger(Math.log2(number));
}

/** Shard of a row: all events of a row are in one chain, in their order. */
export function shardOf(row: string): number {
  return createHash('sha256').update(row).digest().readUInt32BE(0) % AUDIT_SHARDS;
}

function entryOf(
  trail: string,
  image: RowImage,
  { number, event, isCounted }: Pick<Entry, 'number' | 'event' | 'isCounted'>,
): Entry {
  const row = `${image.source}/${image.key}`;
  const digest = digestOf(event);
  const digestAside = () => digestOf(unreadable(trail, image, number));
  const changedAt = image.changedAt ?? (event.time === undefined ? undefined : new Date(event.time));
  const read = { event, digest, digestAside, ...(changedAt && { changedAt }) };
  // what comes back takes no number of its row a second time
  if (image.isRecovered) return { ...read, row: `${row}/${number}/recovered`, number: 1, isCounted: false };
  return { ...read, row, number, isCounted };
}

/** The entry as it is told of a row that has begun anew: no two events have one id. */
export function inEra(entry: Entry, era: number): Entry {
  if (era === 0) return entry;
  const { row, event } = entry;
  return { ...entry, event: { ...event, id: `${row}~${era + 1}${event.id.slice(row.length)}` } };
}

/** The image goes aside whole; where its number can be read, the trail says that something stood there. */
function setAside(trail: string, row: RowImage, why: string): Reading {
  const { source, key, image, raw } = row;
  const poison = { source, key, why, image: raw };
  const number = rowSchema.shape.eventNumber.safeParse(image['eventNumber']);
  if (!number.success || row.isRecovered) return { poison };
  const event = unreadable(trail, row, number.data);
  const isCounted = image['isCounter'] === true;
  return { poison, entry: entryOf(trail, row, { number: number.data, event, isCounted }) };
}

function unreadable(trail: string, row: RowImage, number: number): CloudEvent {
  const { source, key, raw } = row;
  return {
    ...envelope(trail, row, number),
    id: `${source}/${key}/${number}/unreadable`,
    type: 'remit.audit.unreadable',
    data: { row: `${source}/${key}`, number, image: digestOfText(raw) },
  };
}

/** An event of the sequencer itself about a row. */
export function noteOf(entry: Entry, what: 'gap' | 'conflict', facts: CloudEvent['data']): CloudEvent {
  return {
    ...entry.event,
    id: `${entry.event.id}/${what}`,
    type: `remit.audit.${what}`,
    data: { row: entry.row, ...facts },
  };
}

function envelope(trail: string, { source, key }: RowImage, number: number) {
  return {
    specversion: '1.0' as const,
    id: `${source}/${key}/${number}`,
    source: `urn:remit:${trail}`,
    subject: key,
    datacontenttype: 'application/json' as const,
    dataschema: EVENT_SCHEMA,
  };
}

function sizeOf(event: CloudEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}
