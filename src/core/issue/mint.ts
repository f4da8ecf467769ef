// Mints one lease: AssumeRole (900 s) with a session policy that denies everything past the lease end, then
// GetScopedCredentials so that the credential itself ends there. The parent session never leaves this function.

import type { ExchangeDeps } from '../deps.ts';
import { renderScopeDownPolicy, renderSessionPolicy } from '../iam/render.ts';
import type { Grant, Lease, Task } from '../model.ts';
import type { LeaseRecord } from '../ports.ts';
import { digestOf } from '../record/digest.ts';
import { Refusal } from '../refusal.ts';

/** STS: 2 to 64 characters of `[\w+=,.@-]`. */
const SESSION_NAME_LENGTH = 64;

/** A lease in hand, and what the row keeps of it. */
export interface Minted {
  readonly lease: Lease;
  readonly record: LeaseRecord;
}

/**
 * Mints the lease that the row already announces.
 * @throws Refusal `credentials_unavailable`, `misconfigured`
 */
export async function mintLease(
  deps: Pick<ExchangeDeps, 'sts' | 'place' | 'clock'>,
  grant: Grant,
  task: Task,
): Promise<Minted> {
  const end = announcedEnd(grant);
  const policy = renderSessionPolicy({
    task,
    parameters: grant.parameters,
    leaseExpiresAt: end,
    partition: deps.place.partition,
    account: grant.account,
  });
  const parent = await deps.sts.assumeRole({
    roleArn: grant.roleArn,
    sessionName: `${grant.grantId}-${grant.agent}`.slice(0, SESSION_NAME_LENGTH),
    sourceIdentity: `remit-${grant.grantId}`,
    taskTag: grant.task,
    policy,
  });
  const scoped = await deps.sts.scopeDown({
    session: parent.credentials,
    policy: renderScopeDownPolicy(end),
    durationSeconds: secondsLeft(end, deps.clock()),
    description: grant.grantId,
  });
  const issued = scoped ?? parent;
  const tokenUtilization = issued.tokenUtilization ?? parent.tokenUtilization;
  const kind = scoped === undefined ? 'dated' : 'scoped';
  return {
    lease: {
      credentials: issued.credentials,
      expiresAt: earlier(issued.expiresAt, end),
      kind,
      ...(tokenUtilization !== undefined && { tokenUtilization }),
    },
    record: {
      grantId: grant.grantId,
      leaseCount: grant.leaseCount,
      leaseKind: kind,
      accessKeyId: issued.credentials.accessKeyId,
      sessionPolicyDigest: digestOf(policy),
    },
  };
}

function announcedEnd(grant: Grant): Date {
  if (grant.leaseExpiresAt === undefined) throw new TypeError('a mint needs the row to carry leaseExpiresAt');
  return grant.leaseExpiresAt;
}

/** Whole seconds until `end`, for DurationSeconds (1 to 129,600). */
function secondsLeft(end: Date, now: Date): number {
  const seconds = Math.floor((end.getTime() - now.getTime()) / 1000);
  if (seconds < 1)
    throw new Refusal('credentials_unavailable', { detail: 'the lease was over before it was made' });
  return seconds;
}

function earlier(one: Date, other: Date): Date {
  return one.getTime() < other.getTime() ? one : other;
}
