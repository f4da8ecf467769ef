// Changes of a row that no event tells. Whoever may write a row writes it past its events too: with the number left as it
// is, without one, or by deleting it. A stream that has the row before and after each change shows that.

import { canonicalText } from '../record/canonical.ts';

/** A row's attributes, in the form of the wire. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A change as a stream has it. */
export interface RowChange {
  readonly source: string;
  readonly key: string;
  /** Absent for a row that was made. */
  readonly before: Attributes | undefined;
  /** Absent for a row that has gone. */
  readonly after: Attributes | undefined;
  /** The table itself let it go, at the end of its time to live. */
  readonly isByTimeToLive: boolean;
}

/** What happened without an event. */
export interface Untold {
  readonly change: 'made' | 'changed' | 'removed';
  /** Number of the row's last event; 0 for none. */
  readonly number: number;
  /** Names of what is no longer as it was. */
  readonly attributes: readonly string[];
}

interface RowKind {
  readonly keys: RegExp;
  /** What changes between two events by design, and lets no lease be made. */
  readonly quiet: ReadonlySet<string>;
  /** Whether rows go by themselves. */
  readonly ends: boolean;
}

const kind = (keys: RegExp, quiet: readonly string[] = [], ends = false): RowKind => ({
  keys,
  quiet: new Set(quiet),
  ends,
});
const NEWEST_PROOF = 'proofIssuedAt';
/** The pace of polls, the last proof, the workflow, and what it is due for. */
const PACE = [
  'polledAt',
  'pollSeconds',
  NEWEST_PROOF,
  'workflowAt',
  'taskToken',
  'wakeBy',
  'deadline',
  'openShard',
];
/** How far a kill has come. */
const PROGRESS = [
  ...['flippedAt', 'ended', 'counted', 'takenUp', 'deadBy', 'shortBy', 'roles', 'leases', 'wide', 'listedAt'],
  ...['beyondReach', 'settledAt', 'secondsToDead'],
];

/** Rows all of whose changes are told, but for what is quiet. Others carry no events, or as they like. */
const KINDS: Readonly<Record<string, readonly RowKind[]>> = {
  grants: [kind(/^/, PACE, true)],
  registry: [kind(/^(AGENT|STOP)#/), kind(/^KILL#/, PROGRESS)],
  people: [kind(/^PERSON#/)],
  outbox: [kind(/^COUNT#/, [], true)],
};

/** Undefined when an event tells the change, or none has to. */
export function untoldIn({ source, key, before, after, isByTimeToLive }: RowChange): Untold | undefined {
  const row = KINDS[source]?.find(({ keys }) => keys.test(key));
  if (row === undefined || (before === undefined && after === undefined)) return undefined;
  const number = numberOf(before);
  if (after === undefined)
    return isByTimeToLive && row.ends ? undefined : { change: 'removed', number, attributes: [] };
  // a number that was left out is a gap
  if (numberOf(after) > number) return undefined;
  if (before === undefined) return { change: 'made', number, attributes: [] };
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const isTold = (name: string) => !row.quiet.has(name) || isTakenBack(name, before, after);
  const changed = [...names].filter((name) => isTold(name) && isChanged(before[name], after[name]));
  return changed.length === 0 ? undefined : { change: 'changed', number, attributes: changed.sort() };
}

/** A proof counts once because the next one must be newer. */
function isTakenBack(name: string, before: Attributes, after: Attributes): boolean {
  return name === NEWEST_PROOF && textOf(after[name]) < textOf(before[name]);
}

function textOf(value: unknown): string {
  return String((value as { S?: unknown } | undefined)?.S ?? '');
}

function numberOf(row: Attributes | undefined): number {
  const number = Number((row?.['eventNumber'] as { N?: unknown } | undefined)?.N ?? 0);
  return Number.isNaN(number) ? 0 : number;
}

function isChanged(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one !== other;
  return canonicalText(one) !== canonicalText(other);
}
