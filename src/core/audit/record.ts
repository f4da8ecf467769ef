// One record of the audit trail and the CloudEvents 1.0 envelope inside it. A record is written as canonical JSON
// (RFC 8785) and read back only from exactly that text, so that no two readers can see two things in one line.

import * as z from 'zod';
import { canonicalText } from '../record/canonical.ts';

/** Schema version in `dataschema`. */
export const EVENT_SCHEMA = 'urn:remit:schema:audit-event:1' as const;

/** Facts of an event: flat, so that every tool can search them. */
const fact = z.union([z.string(), z.number(), z.boolean()]);

const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** The envelope; `data` has the request id and the facts. */
export const cloudEventSchema = z.strictObject({
  specversion: z.literal('1.0'),
  /** `<source table>/<row key>/<number of the event in its row>`: the same event has the same id for ever. */
  id: z.string().min(1),
  /** `urn:remit:<trail>`: which deployment tells. */
  source: z.string().regex(/^urn:remit:.+$/),
  type: z.string().regex(/^remit\.[a-z-]+(\.[a-z-]+)+$/),
  /** Key of the row whose change this is: a grant id, `AGENT#<id>`. */
  subject: z.string().min(1),
  /** When it happened, by the clock of the function that did it; absent where that cannot be read. */
  time: z.iso.datetime().exactOptional(),
  datacontenttype: z.literal('application/json'),
  dataschema: z.literal(EVENT_SCHEMA),
  data: z.record(z.string(), fact),
});

/** One line of the trail. */
export const trailRecordSchema = z.strictObject({
  shard: z.number().int().min(0),
  /** 1, 2, 3 … within its shard. */
  seq: z.number().int().min(1),
  /** When the sequencer numbered it. */
  at: z.iso.datetime(),
  /** Hash of the record before it, or what stands for it before the first. */
  prevHash: hash,
  /** SHA-256 over the canonical JSON of everything else here. */
  hash,
  event: cloudEventSchema,
});

export type CloudEvent = z.output<typeof cloudEventSchema>;
export type TrailRecord = z.output<typeof trailRecordSchema>;

/** The line of a record. */
export function writeRecord(record: TrailRecord): string {
  return canonicalText(record);
}

/** The record of a line, or undefined when the line is not exactly what {@link writeRecord} writes. */
export function readRecord(line: string): TrailRecord | undefined {
  return readExactly(line, trailRecordSchema);
}

/** Parses `text` and refuses any other spelling of the same value: repeated members, spaces, other escapes. */
export function readExactly<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): z.output<Schema> | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success && canonicalText(parsed.data) === text ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
