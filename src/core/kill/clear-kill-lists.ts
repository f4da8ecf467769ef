// Takes kill lists off roles that are about to be deleted: IAM deletes no role with a policy that its stack does not know.
// Deleting a role ends its sessions, so a Deny may go the moment before. Repeating it is harmless.

import type { Pause } from '../lifecycle/ports.ts';
import type { RoleArn } from '../model.ts';
import type { Clock } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import type { RolePolicies } from './ports.ts';

/** A run of the writer takes no longer: one that was under way when its queue was shut has ended after this. */
export const WRITER_SECONDS = 30;
/** For all roles of a stack; IAM answers few calls a second. */
export const CLEAR_SECONDS = 240;
/** Between two rounds over roles that IAM throttled. */
const ROUND_SECONDS = 5;
/** Roles cleared side by side. */
const AT_ONCE = 5;

interface Deps {
  readonly policies: Pick<RolePolicies, 'remove'>;
  readonly clock: Clock;
  readonly pause: Pause;
}

/** How it went with each role; one that is gone, or never had a list, is cleared. */
export interface Cleared {
  readonly cleared: number;
  /** IAM would not let us: so it answers for a role that is gone, too. If a list is left, deleting the role will tell. */
  readonly denied: readonly RoleArn[];
  /** Throttled until the time was over: worth another try. */
  readonly left: readonly RoleArn[];
}

/** Clears these roles, for `CLEAR_SECONDS` at most and some. */
export async function clearKillLists(deps: Deps, roles: readonly RoleArn[]): Promise<Cleared> {
  if (roles.length === 0) return { cleared: 0, denied: [], left: [] };
  await deps.pause(WRITER_SECONDS);
  const until = deps.clock().getTime() + CLEAR_SECONDS * 1000;
  const denied: RoleArn[] = [];
  let left = roles;
  while (left.length > 0 && deps.clock().getTime() < until) {
    if (left !== roles) await deps.pause(ROUND_SECONDS);
    const again: RoleArn[] = [];
    for (let first = 0; first < left.length; first += AT_ONCE) {
      const batch = left.slice(first, first + AT_ONCE);
      if (deps.clock().getTime() >= until) again.push(...batch);
      else
        for (const { role, how } of await Promise.all(batch.map((each) => clearOne(deps, each))))
          if (how !== 'cleared') (how === 'denied' ? denied : again).push(role);
    }
    left = again;
  }
  return { cleared: roles.length - denied.length - left.length, denied, left };
}

async function clearOne({ policies }: Deps, role: RoleArn) {
  try {
    await policies.remove(role);
    return { role, how: 'cleared' } as const;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { role, how: error.code === 'misconfigured' ? 'denied' : 'throttled' } as const;
  }
}
