// Brings a batch of a stream into the trail. What fails comes again from the first change that failed; a batch that
// fails at its first is halved by Lambda until that one stands alone, so that it holds up no other for longer than it must.

import type { RowImage } from '../../core/audit/from-row.ts';
import { type SequenceDeps, type SequenceReport, sequence } from '../../core/audit/sequence.ts';
import { rowOf, type SourceTables, type StreamRecord, sourceOf } from './stream-rows.ts';

/** A record of a stream as Lambda brings it. */
export interface LambdaRecord extends StreamRecord {
  readonly eventSourceARN?: string;
}

/** What came of a batch. */
export interface Drained {
  /** Of a batch that failed, what its first part came to. */
  readonly report: SequenceReport;
  /** Sequence number of the first change that failed. */
  readonly failedAt?: string;
}

/** @throws Error when the first change failed, or nothing says where a failed one stands */
export async function drain(
  deps: SequenceDeps,
  tables: SourceTables,
  records: readonly LambdaRecord[],
): Promise<Drained> {
  const changes = records.map((record) => ({
    number: record.dynamodb?.SequenceNumber,
    row: rowOf(sourceOf(tables, record.eventSourceARN ?? ''), record),
  }));
  try {
    return {
      report: await sequence(
        deps,
        changes.flatMap(({ row }) => row ?? []),
      ),
    };
  } catch {
    return await drainSingly(deps, changes);
  }
}

interface Change {
  readonly number: string | undefined;
  readonly row: RowImage | undefined;
}

/** What the whole batch has recorded before it failed is not recorded again. */
async function drainSingly(deps: SequenceDeps, changes: readonly Change[]): Promise<Drained> {
  let report: SequenceReport = { recorded: 0, gaps: 0, conflicts: 0, poison: 0 };
  for (const [index, { number, row }] of changes.entries()) {
    try {
      if (row !== undefined) report = add(report, await sequence(deps, [row]));
    } catch (error) {
      if (index === 0 || number === undefined) throw error;
      return { report, failedAt: number };
    }
  }
  return { report };
}

function add(one: SequenceReport, other: SequenceReport): SequenceReport {
  return {
    recorded: one.recorded + other.recorded,
    gaps: one.gaps + other.gaps,
    conflicts: one.conflicts + other.conflicts,
    poison: one.poison + other.poison,
  };
}
