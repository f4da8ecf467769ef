// The one writer of kill lists: makes IAM say what the table says, reads it back, and only then takes away what is
// over. Repeating it is harmless; a failure anywhere is the queue's to try again. An account that does not let the writer
// in is no failure of this run: trying at once would not open it, and it must not slow down the lists of others.

import { accountOfRole } from '../iam/role.ts';
import type { RoleArn } from '../model.ts';
import type { Clock } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { liveEntries, renderKillList } from './kill-list.ts';
import type { KillLists, RolePolicies, TaskAccounts } from './ports.ts';

interface Deps {
  readonly lists: KillLists;
  readonly accounts: TaskAccounts;
  /** Whether the deployment under way is deleting the role, as its task has left the catalog. */
  isLeaving(role: RoleArn): boolean;
  readonly clock: Clock;
}

/** What one run did. */
export interface Applied {
  readonly role: RoleArn;
  readonly entries: number;
  readonly wide: boolean;
  /**
   * `gone`: there is no such role, so there is nobody to deny. `barred`: its account does not let the writer in. `left`: the
   * role is about to be deleted, and has no list that it would still be deleted with.
   */
  readonly did: 'put' | 'removed' | 'nothing' | 'gone' | 'barred' | 'left';
}

/** @throws Refusal `store_unavailable` when IAM throttles, or says something else than was written. */
export async function applyKillList(deps: Deps, role: RoleArn): Promise<Applied> {
  const { entries } = await deps.lists.read(role);
  const live = liveEntries(entries, deps.clock());
  const over = entries.filter((entry) => !live.includes(entry));
  const { policy, wide } = renderKillList(live);
  const account = accountOfRole(role);
  const policies = await deps.accounts.policiesIn(account);
  const unwritten = async (did: 'barred' | 'left'): Promise<Applied> => {
    await deps.lists.barred(role, { at: deps.clock(), over });
    return { role, entries: live.length, wide, did };
  };
  if (policies === undefined) {
    await deps.lists.noteAccount(account, { at: deps.clock(), isOpen: false });
    return unwritten('barred');
  }
  const before = await policies.get(role);
  // a list that comes after lists were cleared would keep the role, and with it its sessions, from being deleted
  if (before === undefined && deps.isLeaving(role)) return unwritten('left');
  const did = before === policy ? 'nothing' : await change(policies, role, policy);
  const written = did === 'put' || did === 'removed';
  if (written && (await policies.get(role)) !== policy)
    throw new Refusal('store_unavailable', { detail: 'IAM does not yet say what was written' });
  await deps.lists.confirm(role, { at: deps.clock(), entries: live, wide, over });
  return { role, entries: live.length, wide, did };
}

/** Looks whether the writer gets into an account, so that people hear of one that is shut before they kill there. */
export async function lookInto(
  { accounts, lists, clock }: Pick<Deps, 'accounts' | 'lists' | 'clock'>,
  account: string,
): Promise<boolean> {
  const isOpen = (await accounts.enter(account)) !== undefined;
  await lists.noteAccount(account, { at: clock(), isOpen });
  return isOpen;
}

async function change(
  policies: RolePolicies,
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
