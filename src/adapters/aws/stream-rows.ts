// Changes of rows as DynamoDB Streams has them, read into what the sequencer takes. Three attributes and the key are
// picked before anything else happens: nothing else of a row may reach the trail, a queue, a log or an error.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { auditSources } from '../../config/tables.ts';
import type { RowImage } from '../../core/audit/from-row.ts';
import { canonicalText } from '../../core/record/canonical.ts';

/** A change of a row, as Lambda and the API of streams both tell it. */
export interface StreamRecord {
  readonly dynamodb?: {
    readonly Keys?: Readonly<Record<string, AttributeValue>> | undefined;
    readonly NewImage?: Readonly<Record<string, AttributeValue>> | undefined;
    readonly SequenceNumber?: string | undefined;
    /** In seconds since 1970 where Lambda brings it. */
    readonly ApproximateCreationDateTime?: number | Date | undefined;
  };
}

/** Table names by the source that their events have. */
export type SourceTables = Readonly<Record<keyof typeof auditSources, string>>;

const ATTRIBUTES = ['event', 'eventNumber', 'isCounter'];

/** The source that a stream tells of. @throws Error for a table that is none of the trail's. */
export function sourceOf(tables: SourceTables, streamArn: string): keyof typeof auditSources {
  const table = /:table\/([^/]+)\/stream\//.exec(streamArn)?.[1];
  const found = Object.entries(tables).find(([, name]) => name === table);
  if (found === undefined) throw new Error('a stream of a table that the audit trail does not take');
  return found[0] as keyof typeof auditSources;
}

/** The row after the change; undefined when it was deleted. */
export function rowOf(
  source: keyof typeof auditSources,
  { dynamodb = {} }: StreamRecord,
): RowImage | undefined {
  const { Keys, NewImage, ApproximateCreationDateTime: at } = dynamodb;
  const key = Keys?.[auditSources[source]]?.S;
  // rows that end by TTL end without an event
  if (NewImage === undefined || typeof key !== 'string') return undefined;
  return { source, key, ...pickFrom(NewImage), ...(at !== undefined && { changedAt: dateOf(at) }) };
}

function dateOf(at: number | Date): Date {
  return at instanceof Date ? at : new Date(at * 1000);
}

/**
 * What the trail may read of a row. Its text is canonical: a stream and a scan give members in any order, and what was set
 * aside by the one must be known again when the other brings it.
 */
export function pickFrom(image: Readonly<Record<string, AttributeValue>>): Pick<RowImage, 'image' | 'raw'> {
  const picked = ATTRIBUTES.flatMap((name) => (image[name] === undefined ? [] : [[name, image[name]]]));
  return readPicked(canonicalText(Object.fromEntries(picked)));
}

/** The image of attributes in the form of the wire, from its JSON; what cannot be read keeps its number where it has one. */
export function readPicked(raw: string): Pick<RowImage, 'image' | 'raw'> {
  const picked = parse(raw);
  try {
    return { raw, image: unmarshall(picked) };
  } catch {
    const number = Number(picked['eventNumber']?.N);
    const isCounter = picked['isCounter']?.BOOL === true;
    return { raw, image: { event: 'unreadable', eventNumber: number, isCounter } };
  }
}

function parse(raw: string): Record<string, AttributeValue> {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null ? (value as Record<string, AttributeValue>) : {};
  } catch {
    // the error would quote the text
    return {};
  }
}
