// The kill list of a role: a Deny of everything to the sessions of killed grants, by their source identity. Rendered
// whole from its entries, in one order, so that writing it twice or in any order of kills gives the same text.

import { SOURCE_IDENTITY_PREFIX } from '../iam/trust.ts';
import type { GrantId, PolicyDocument } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';
import type { KillEntry } from './ports.ts';

/** Name of the inline policy. */
export const KILL_LIST_POLICY = 'remit-kill-list';
/** IAM: inline policies of a role, together; the ceiling takes at most 6,144 of it. */
export const INLINE_BUDGET = 10_240;
/** What is left for the kill list beside the longest ceiling. */
export const KILL_LIST_BUDGET = 4_096;
/** IAM says minutes; a change is counted as effective after this. */
export const PROPAGATION_SECONDS = 120;
/** Entries that a role's row keeps one by one; a lease may have two. What a row holds is bounded, and is paid by its size. */
export const KEPT_ENTRIES = 224;
/** What finds no place there is rounded up, so that however much more is killed is few entries. */
const FOLD_UNTIL_SECONDS = 300;
const FOLD_KILLED_SECONDS = 5;
/** Begins no grant id. */
const FOLDED = '*';
/** Clocks differ: an entry stays this long after its lease has ended. */
const GRACE_SECONDS = 60;

/** A rendered list; `wide` when the entries do not fit and every session issued before the last kill is denied. */
export interface RenderedKillList {
  /** Canonical JSON; undefined when there is nothing to deny, and no policy must be left behind. */
  readonly policy: string | undefined;
  readonly wide: boolean;
}

/** Whether a lease that ends then must be on the list at all: a shorter one dies before IAM has told everybody. */
export function needsKillList(leaseExpiresAt: Date, now: Date): boolean {
  return leaseExpiresAt.getTime() - now.getTime() > PROPAGATION_SECONDS * 1000;
}

/** Entries whose lease may still live. */
export function liveEntries(entries: readonly KillEntry[], now: Date): readonly KillEntry[] {
  return entries.filter(({ until }) => until.getTime() + GRACE_SECONDS * 1000 > now.getTime());
}

/** What is kept of an entry when the list is full: it names no lease any more, and asks for the wider Deny. */
export function foldEntry({ until, killedAt }: KillEntry): KillEntry {
  const last = roundUp(killedAt, FOLD_KILLED_SECONDS);
  const grantId = `${FOLDED}${last.toISOString()}` as GrantId;
  return { grantId, until: roundUp(until, FOLD_UNTIL_SECONDS), killedAt: last };
}

/** Whether the entry stands for leases that found no place of their own. */
export function isFolded({ grantId }: Pick<KillEntry, 'grantId'>): boolean {
  return grantId.startsWith(FOLDED);
}

function roundUp(time: Date, seconds: number): Date {
  const step = seconds * 1000;
  return new Date(Math.ceil(time.getTime() / step) * step);
}

/** Renders the policy that these entries ask for. */
export function renderKillList(entries: readonly KillEntry[]): RenderedKillList {
  if (entries.length === 0) return { policy: undefined, wide: false };
  const exact = canonicalText(denyOf(entries));
  if (exact.length <= KILL_LIST_BUDGET && !entries.some(isFolded)) return { policy: exact, wide: false };
  return { policy: canonicalText(wideDeny(entries)), wide: true };
}

function denyOf(entries: readonly KillEntry[]): PolicyDocument {
  const ids = [...new Set(entries.map(({ grantId }) => `${SOURCE_IDENTITY_PREFIX}${grantId}`))].sort();
  return deny({ StringEquals: { 'aws:SourceIdentity': ids } });
}

/** Every session of the role that is as old as the last kill: others than the killed ones have to renew. */
function wideDeny(entries: readonly KillEntry[]): PolicyDocument {
  const last = Math.max(...entries.map(({ killedAt }) => killedAt.getTime()));
  // whole seconds, upwards: a session issued in the second of the kill is denied too
  const before = new Date(Math.ceil(last / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return deny({ DateLessThanEquals: { 'aws:TokenIssueTime': before } });
}

function deny(Condition: NonNullable<PolicyDocument['Statement'][number]['Condition']>): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'RemitKillList', Effect: 'Deny', Action: '*', Resource: '*', Condition }],
  };
}
