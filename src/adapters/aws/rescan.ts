// Goes over a table and brings the latest event of each row to the sequencer: the last way back to what a stream has
// forgotten. Earlier events of a row are gone; the trail then tells the gap.

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { auditSources } from '../../config/tables.ts';
import type { RowImage } from '../../core/audit/from-row.ts';
import { type SequenceDeps, sequence } from '../../core/audit/sequence.ts';
import { pickFrom, type SourceTables } from './stream-rows.ts';

/** What a part of a table came to. */
export interface RescanReport {
  readonly scanned: number;
  readonly recorded: number;
  readonly gaps: number;
  /** Key to go on after; absent at the end of the table. */
  readonly next?: string;
}

export interface RescanDeps extends SequenceDeps {
  readonly client: DynamoDBDocumentClient;
  readonly tables: SourceTables;
}

export interface RescanOrder {
  readonly source: keyof typeof auditSources;
  /** Key of the row to go on after. */
  readonly after?: string | undefined;
  /** Rows to look at. */
  readonly limit: number;
}

/** A stream brings events for so long: what is younger comes by itself, and in its order. */
const STREAM_SECONDS = 24 * 60 * 60;
const PAGE = 200;

/** @throws Error when a step failed: begin again where it began */
export async function rescan(deps: RescanDeps, order: RescanOrder): Promise<RescanReport> {
  const before = new Date(deps.clock().getTime() - STREAM_SECONDS * 1000).toISOString();
  const counts = { scanned: 0, recorded: 0, gaps: 0 };
  let next = order.after;
  do {
    const page = await readPage(
      deps,
      { ...order, after: next },
      Math.min(PAGE, order.limit - counts.scanned),
    );
    const rows = page.rows.filter(({ image }) => timeOf(image) < before);
    const { recorded, gaps } = await sequence(deps, rows);
    counts.scanned += page.scanned;
    counts.recorded += recorded;
    counts.gaps += gaps;
    next = page.next;
  } while (next !== undefined && counts.scanned < order.limit);
  return { ...counts, ...(next !== undefined && { next }) };
}

/** Three attributes and the key, of rows that carry events. */
async function readPage({ client, tables }: RescanDeps, { source, after }: RescanOrder, Limit: number) {
  const key = auditSources[source];
  const command = new ScanCommand({
    TableName: tables[source],
    Limit,
    ConsistentRead: true,
    Select: 'SPECIFIC_ATTRIBUTES',
    ProjectionExpression: '#key, #event, #number, #counter',
    ExpressionAttributeNames: {
      '#key': key,
      '#event': 'event',
      '#number': 'eventNumber',
      '#counter': 'isCounter',
    },
    ...(after !== undefined && { ExclusiveStartKey: { [key]: { S: after } } }),
  });
  const { Items = [], ScannedCount = 0, LastEvaluatedKey } = await client.send(command);
  const rows = Items.map(
    ({ [key]: id, ...image }): RowImage => ({ source, key: id?.S ?? '', ...pickFrom(image) }),
  );
  return { rows, scanned: ScannedCount, next: LastEvaluatedKey?.[key]?.S };
}

/** When the row's event happened; what has no time is old. */
function timeOf(image: RowImage['image']): string {
  const { at } = (image['event'] ?? {}) as { at?: unknown };
  return typeof at === 'string' ? at : '';
}
