// What a kill tells whoever ordered it: what it ended, what goes on until when, and whom else it reaches. Nothing is
// called dead that only will be.

import { accountOfRole } from '../iam/role.ts';
import type { RoleArn } from '../model.ts';
import { isAtLeast } from './kill.ts';
import { PROPAGATION_SECONDS } from './kill-list.ts';
import type { BeyondReach, KillRecord, KillScope } from './ports.ts';

/** The answer to an order that ends grants. */
export interface KillAnswer {
  readonly killId: string;
  readonly scope: KillScope;
  /** Grants ended. */
  readonly ended: number;
  /** Leases that went on when they were. */
  readonly leases: number;
  /** No credential of what was ended works past this instant: certain. */
  readonly deadBy: string;
  /** Roles on whose kill list a lease was put. */
  readonly killLists: readonly RoleArn[];
  /** Those of them that cannot be written, and until when a lease lives there. */
  readonly beyondReach: readonly { readonly role: RoleArn; readonly until: string }[];
  /** Others than the killed sessions are denied too. */
  readonly wide: boolean;
  /** All of this in sentences. */
  readonly says: readonly string[];
}

/** Tells a kill as it stands at `now`. */
export function tellKill(record: KillRecord, now: Date): KillAnswer {
  const { killId, scope, ended, leases = 0, deadBy, roles, beyondReach = [] } = record;
  const wide = wideRoles(record);
  return {
    killId,
    scope,
    ended,
    leases,
    deadBy: deadBy.toISOString(),
    killLists: roles,
    beyondReach: beyondReach.map(({ role, until }) => ({ role, until: until.toISOString() })),
    wide: wide.length > 0,
    says: [
      ...stopSentences(record),
      endedSentence(record),
      ...leaseSentences(record, now),
      ...wide.map(wideSentence),
    ],
  };
}

function stopSentences({ stoppedBefore }: KillRecord): readonly string[] {
  if (stoppedBefore === undefined) return [];
  const { by, at, reason } = stoppedBefore;
  return [`It was stopped already, by ${by.name ?? by.subject} since ${at.toISOString()}: ${reason}`];
}

function endedSentence(record: KillRecord): string {
  const { ended } = record;
  const told = `${count(ended, 'grant')} ended; nothing new is given.`;
  if (isAtLeast(record)) return `At least ${told}`;
  return ended === 0 ? 'Nothing was open; nothing new is given.' : told;
}

/** A list that cannot be written denies nobody. */
function wideRoles({ wide = [], beyondReach = [] }: KillRecord): readonly RoleArn[] {
  return wide.filter((role) => !beyondReach.some((each) => each.role === role));
}

function leaseSentences(record: KillRecord, now: Date): readonly string[] {
  const { leases = 0, deadBy, roles, beyondReach = [] } = record;
  if (leases === 0 || deadBy <= now) return ['No lease of it is known to be alive.'];
  const alive = `${count(leases, 'lease')} went on with what was in hand; the last one ends by itself at ${deadBy.toISOString()}.`;
  const unlisted = beyondReach.filter(({ until }) => until > now).map(beyondSentence);
  const written = roles.length - beyondReach.length;
  if (written === 0) return [alive, ...unlisted];
  const listed =
    `The kill list of ${count(written, 'role')} denies them sooner: IAM tells everybody within minutes, ` +
    `counted as ${PROPAGATION_SECONDS} s from when it has the list.`;
  return [alive, listed, ...unlisted];
}

function beyondSentence({ role, until }: BeyondReach): string {
  return (
    `The kill list of ${role} cannot be written, as account ${accountOfRole(role)} does not let its writer in: ` +
    `what was killed there lives until it ends, the last lease at ${until.toISOString()}.`
  );
}

function wideSentence(role: RoleArn): string {
  return (
    `The kill list of ${role} is full: every session of that role as old as this kill is denied, ` +
    'also those of other grants, which have to renew.'
  );
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`;
}
