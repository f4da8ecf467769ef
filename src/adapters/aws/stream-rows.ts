// Changes of rows as DynamoDB Streams has them, read into what the sequencer takes. Three attributes and the key are
// picked, and what no event tells is compared to its names: nothing else of a row may reach the trail, a queue, a log or
// an error.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { auditSources } from '../../config/tables.ts';
import type { RowImage } from '../../core/audit/from-row.ts';
import { untoldIn } from '../../core/audit/untold.ts';
import { canonicalText } from '../../core/record/canonical.ts';

/** A change of a row, as Lambda and the API of streams both tell it. */
export interface StreamRecord {
  /** INSERT, MODIFY or REMOVE. */
  readonly eventName?: string | undefined;
  /** Who let a row go: DynamoDB itself, at the end of its time to live. */
  readonly userIdentity?:
    | { readonly type?: string | undefined; readonly principalId?: string | undefined }
    | null
    | undefined;
  readonly dynamodb?: {
    readonly Keys?: Readonly<Record<string, AttributeValue>> | undefined;
    readonly NewImage?: Readonly<Record<string, AttributeValue>> | undefined;
    readonly OldImage?: Readonly<Record<string, AttributeValue>> | undefined;
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

/** The row after the change; undefined when nothing is to be told of it. */
export function rowOf(source: keyof typeof auditSources, record: StreamRecord): RowImage | undefined {
  const { Keys, NewImage, SequenceNumber: place, ApproximateCreationDateTime: at } = record.dynamodb ?? {};
  const key = Keys?.[auditSources[source]]?.S;
  if (typeof key !== 'string') return undefined;
  const untold = untoldOf(record, { source, key });
  // rows that end by TTL end without an event
  if (NewImage === undefined && untold === undefined) return undefined;
  return {
    source,
    key,
    ...pickFrom(NewImage ?? {}),
    ...(at !== undefined && { changedAt: dateOf(at) }),
    ...(untold && place !== undefined && { untold: { ...untold, place } }),
  };
}

/** A stream from before it had rows as they were says of no change that it was untold. */
function untoldOf(
  { dynamodb = {}, eventName, userIdentity }: StreamRecord,
  row: Pick<RowImage, 'source' | 'key'>,
) {
  const { OldImage: before, NewImage: after } = dynamodb;
  if (before === undefined && eventName !== 'INSERT') return undefined;
  const isByTimeToLive =
    userIdentity?.type === 'Service' && userIdentity.principalId === 'dynamodb.amazonaws.com';
  return untoldIn({ ...row, before, after, isByTimeToLive });
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
