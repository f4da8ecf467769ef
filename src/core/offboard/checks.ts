// Decides whether a retired agent is dead, from what was seen: a list of checks, each of which says whether it was
// observed or only reasoned. Pure; the only clock in it is that of the maker of proofs, and it can only make it wait.

import { accountOfRole } from '../iam/role.ts';
import { REQUEST_SECONDS } from '../issue/hand-over.ts';
import { isFolded } from '../kill/kill-list.ts';
import type { Catalog, Grant, LastChange, RegisteredAgent } from '../model.ts';
import { digestOf } from '../record/digest.ts';
import { addSeconds, earlierOf, isOpen } from '../record/lifetime.ts';
import { CHECK_IDS, type CheckState } from './check.ts';
import { lastCredentials, reasoned } from './conclusions.ts';
import type { Observations, SeenKillList } from './observe.ts';
import type { Watch } from './ports.ts';

/** Clocks of AWS's services and ours may differ by this. */
export const PROOF_MARGIN_SECONDS = 10;
/** The function that flips a status ends after this: a flip is no later than its order by more. */
export const FLIP_SECONDS = 300;
/** The writer of kill lists has this long after a lease's end; then the lease has ended by itself all the same. */
const LISTED_SECONDS = 180;

/** What everything is compared with. */
export interface Frame {
  readonly agent: RegisteredAgent;
  readonly watch: Watch;
  readonly catalog: Pick<Catalog, 'tasks' | 'digest'>;
  readonly account: string;
  readonly now: Date;
}

/** Who retired the agent, by its row; undefined when the row does not say. */
export function retirementOf({ status, lastChange }: RegisteredAgent): LastChange | undefined {
  return status === 'retired' && lastChange?.what === 'retired' ? lastChange : undefined;
}

/** The longest lease that any task allows, or any of these grants was given. */
export function longestLease(
  { catalog, watch }: Pick<Frame, 'catalog' | 'watch'>,
  grants: readonly Pick<Grant, 'leaseSeconds'>[],
): number {
  const all = [...catalog.tasks, ...grants].map(({ leaseSeconds }) => leaseSeconds);
  return all.reduce((longest, each) => Math.max(longest, each), watch.longestLeaseSeconds);
}

/** No lease that was handed over by the old state works after this instant. */
export function waitedUntil(frame: Frame, grants: readonly Pick<Grant, 'leaseSeconds'>[]): Date {
  const { watch, agent } = frame;
  // what the row says of its time can make the wait longer, never shorter
  const start = Math.max(watch.seenAt.getTime(), agent.lastChange?.at.getTime() ?? 0);
  const seconds = longestLease(frame, grants) + REQUEST_SECONDS + PROOF_MARGIN_SECONDS;
  return addSeconds(new Date(start), seconds);
}

/** All checks over what was seen. */
export function checkAll(frame: Frame, seen: Observations): readonly CheckState[] {
  return [
    retired(frame),
    waited(frame, seen.grants),
    grantsEnded(seen),
    leasesOver(frame, seen.grants),
    nothingLater(frame, seen.grants),
    identitiesBlocked(frame, seen),
    killLists(frame, seen),
    lastCredentials(seen),
    ...reasoned(frame.catalog.digest),
  ];
}

/** The checks that can be shown before the wait is over; the others come after it. */
export function checkEarly(frame: Frame): readonly CheckState[] {
  return [retired(frame), waited(frame, [])];
}

/** `dead` only when every check is done. */
export function verdictOf(checks: readonly CheckState[]): 'waiting' | 'failed' | 'dead' {
  if (checks.some(({ state }) => state === 'failed')) return 'failed';
  const isComplete = CHECK_IDS.every((id) => checks.some((check) => check.id === id));
  return isComplete && checks.every(({ state }) => state === 'done') ? 'dead' : 'waiting';
}

function retired({ agent }: Frame): CheckState {
  const change = retirementOf(agent);
  const common = {
    id: 'retired',
    basis: 'observed',
    says: 'The registry has the agent as retired.',
  } as const;
  if (change === undefined)
    return {
      ...common,
      state: 'failed',
      why: 'The row says that the agent is retired and not who did it: it was not Remit that wrote this.',
      evidence: { status: agent.status },
    };
  const { issuer, subject } = change.by;
  const evidence = {
    status: agent.status,
    at: change.at.toISOString(),
    byIssuer: issuer,
    bySubject: subject,
  };
  return { ...common, state: 'done', why: 'Read consistently; a retired agent never moves again.', evidence };
}

function waited(frame: Frame, grants: readonly Grant[]): CheckState {
  const until = waitedUntil(frame, grants);
  const { seenAt } = frame.watch;
  return {
    id: 'waited-out',
    basis: 'observed',
    says: 'The longest lease, the longest request and a margin have passed since the agent was seen retired.',
    why: 'Measured with the clock of whoever makes the proof, from when it first read the status itself.',
    state: frame.now >= until ? 'done' : 'waiting',
    until,
    evidence: {
      seenRetiredAt: seenAt.toISOString(),
      until: until.toISOString(),
      longestLeaseSeconds: longestLease(frame, grants),
      requestSeconds: REQUEST_SECONDS,
      marginSeconds: PROOF_MARGIN_SECONDS,
    },
  };
}

function grantsEnded({ grants, from }: Observations): CheckState {
  const open = grants.filter(isOpen);
  const rows = grants.map(({ grantId, status, leaseExpiresAt }) => [
    grantId,
    status,
    leaseExpiresAt?.toISOString() ?? '',
  ]);
  return {
    id: 'grants-ended',
    basis: 'observed',
    says: 'No grant of the agent is open.',
    why: 'Found by the index of its grants, and each row read again consistently.',
    state: open.length === 0 ? 'done' : 'waiting',
    evidence: {
      from: from.toISOString(),
      grants: grants.length,
      open: open.slice(0, 20).map(({ grantId }) => grantId),
      digest: digestOf(rows.sort((one, other) => ((one[0] ?? '') < (other[0] ?? '') ? -1 : 1))),
    },
  };
}

function leasesOver({ now }: Frame, grants: readonly Grant[]): CheckState {
  const last = latestLease(grants);
  const common = {
    id: 'leases-over',
    basis: 'observed',
    says: 'No lease of the agent ends in the future.',
    why: 'Each row carries the end of its last lease, written before that lease was made.',
  } as const;
  const leases = grants.reduce((sum, { leaseCount }) => sum + leaseCount, 0);
  if (last === undefined) return { ...common, state: 'done', evidence: { leases } };
  const { grant, endsAt } = last;
  const until = addSeconds(endsAt, PROOF_MARGIN_SECONDS);
  const { grantId, accessKeyId } = grant;
  const evidence = {
    leases,
    lastLeaseExpiresAt: endsAt.toISOString(),
    lastGrant: grantId,
    ...(accessKeyId !== undefined && { lastAccessKeyId: accessKeyId }),
  };
  return { ...common, state: now >= until ? 'done' : 'waiting', until, evidence };
}

function nothingLater(frame: Frame, grants: readonly Grant[]): CheckState {
  const { seenAt } = frame.watch;
  const orderedAt = retirementOf(frame.agent)?.at ?? seenAt;
  // it was retired at the latest when that was first read; who reads it long after goes by the order
  const flippedBy = earlierOf(seenAt, addSeconds(orderedAt, FLIP_SECONDS));
  const bound = addSeconds(flippedBy, PROOF_MARGIN_SECONDS);
  const leaseBound = addSeconds(bound, REQUEST_SECONDS + longestLease(frame, grants));
  const later = grants.filter(
    ({ requestedAt, leaseExpiresAt }) =>
      requestedAt > bound || (leaseExpiresAt !== undefined && leaseExpiresAt > leaseBound),
  );
  return {
    id: 'nothing-later',
    basis: 'observed',
    says: 'Nothing was asked for after the agent was retired, nor leased but to requests that were under way.',
    why: `Retired by then: when its status was first read, or ${FLIP_SECONDS} s after the order if that was earlier. Clocks may differ by ${PROOF_MARGIN_SECONDS} s.`,
    state: later.length === 0 ? 'done' : 'failed',
    evidence: {
      retiredBy: flippedBy.toISOString(),
      noRequestAfter: bound.toISOString(),
      noLeaseEndAfter: leaseBound.toISOString(),
      later: later.slice(0, 20).map(({ grantId }) => grantId),
    },
  };
}

function identitiesBlocked({ agent }: Frame, { bindings }: Observations): CheckState {
  const foreign = bindings.filter(({ holder }) => holder !== agent.id);
  return {
    id: 'identities-blocked',
    basis: 'observed',
    says: 'Its identities are still its own, so that no other agent can have them.',
    why: 'An identity is given by a condition that no other agent has it; nothing gives one of a retired agent back.',
    state: foreign.length === 0 ? 'done' : 'failed',
    evidence: {
      identities: bindings.map(({ binding }) => `${binding.subject} at ${binding.issuer}`),
      notBlocked: foreign.map(({ binding, holder }) => `${binding.subject}: ${holder ?? 'free'}`),
    },
  };
}

function killLists({ account, now }: Frame, { killLists: seen, grants }: Observations): CheckState {
  const ends = new Map(grants.map(({ grantId, leaseExpiresAt }) => [grantId, leaseExpiresAt]));
  const unconfirmed = seen.filter((each) => !isConfirmed(each));
  const latest = Math.max(
    0,
    ...unconfirmed.flatMap((each) => each.grants.map((id) => ends.get(id)?.getTime() ?? 0)),
  );
  const until = addSeconds(new Date(latest), LISTED_SECONDS);
  const elsewhere = unconfirmed.map(({ role }) => accountOfRole(role)).filter((each) => each !== account);
  const isWaiting = unconfirmed.length > 0 && now < until;
  return {
    id: 'kill-lists',
    basis: 'observed',
    ...killListWords(seen.length, unconfirmed.length),
    state: isWaiting ? 'waiting' : 'done',
    ...(isWaiting && { until }),
    evidence: {
      roles: seen.map(({ role }) => role),
      confirmedAt: seen.map(({ list }) => list.confirmedAt?.toISOString() ?? 'never'),
      unconfirmed: unconfirmed.map(({ role }) => role),
      beyondReach: [...new Set(elsewhere)],
    },
  };
}

function killListWords(needed: number, unconfirmed: number): Pick<CheckState, 'says' | 'why'> {
  if (needed === 0)
    return {
      says: 'No kill list was needed: no lease of it outlived what IAM takes to hear of one.',
      why: 'Only a lease that goes on for minutes when its grant is ended needs one.',
    };
  if (unconfirmed === 0)
    return {
      says: 'Its long leases were on the kill lists of their roles.',
      why: 'As the writer of kill lists has read them back from IAM.',
    };
  return {
    says: 'Its long leases ended by themselves; not every kill list was seen in IAM before that.',
    why: 'The writer of kill lists has not read back all that was asked for.',
  };
}

/** IAM has said what the table asked for at some time after the last of these grants had ended. */
function isConfirmed({ list, grants, endedAt }: SeenKillList): boolean {
  if (list.confirmedAt === undefined || list.confirmedAt < endedAt) return false;
  // a folded entry may stand for any of them
  const left = list.entries.filter((each) => grants.includes(each.grantId) || isFolded(each));
  return left.every(({ grantId }) => list.confirmed.includes(grantId));
}

function latestLease(grants: readonly Grant[]) {
  const leased = grants.flatMap((grant) =>
    grant.leaseExpiresAt === undefined ? [] : [{ grant, endsAt: grant.leaseExpiresAt }],
  );
  return leased.reduce<(typeof leased)[number] | undefined>(
    (last, each) => (last === undefined || each.endsAt > last.endsAt ? each : last),
    undefined,
  );
}
