// The one writer of kill lists: makes IAM say what the table says, reads it back, and only then takes away what is
// over. Repeating it is harmless; a failure anywhere is the queue's to try again.

import type { RoleArn } from '../model.ts';
import type { Clock } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { liveEntries, renderKillList } from './kill-list.ts';
import type { KillLists, RolePolicies } from './ports.ts';

interface Deps {
  readonly lists: KillLists;
  readonly policies: RolePolicies;
  readonly clock: Clock;
}

/** What one run did. */
export interface Applied {
  readonly role: RoleArn;
  readonly entries: number;
  readonly wide: boolean;
  /** `gone`: there is no such role, so there is nobody to deny. */
  readonly did: 'put' | 'removed' | 'nothing' | 'gone';
}

/** @throws Refusal `store_unavailable` when IAM throttles, or says something else than was written. */
export async function applyKillList(deps: Deps, role: RoleArn): Promise<Applied> {
  const { entries } = await deps.lists.read(role);
  const live = liveEntries(entries, deps.clock());
  const { policy, wide } = renderKillList(live);
  const before = await deps.policies.get(role);
  const did = before === policy ? 'nothing' : await change(deps, role, policy);
  const written = did === 'put' || did === 'removed';
  if (written && (await deps.policies.get(role)) !== policy)
    throw new Refusal('store_unavailable', { detail: 'IAM does not yet say what was written' });
  const over = entries.filter((entry) => !live.includes(entry));
  await deps.lists.confirm(role, { at: deps.clock(), entries: live, wide, over });
  return { role, entries: live.length, wide, did };
}

async function change(
  { policies }: Deps,
  role: RoleArn,
  policy: string | undefined,
): Promise<Applied['did']> {
  if (policy === undefined) {
    await policies.remove(role);
    return 'removed';
  }
  // the sessions of a role that is gone are dead with it
  return (await policies.put(role, policy)) ? 'put' : 'gone';
}
