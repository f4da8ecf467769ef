// What the kill lists say of one kill: whether IAM has them all, which deny more than they should, and which cannot be
// written as their account does not let the writer in.

import { accountOfRole } from '../iam/role.ts';
import type { RoleArn } from '../model.ts';
import type { EndDeps } from './end-scope.ts';
import { liveEntries, renderKillList } from './kill-list.ts';
import type { BeyondReach, KillList, KillRecord } from './ports.ts';

/** What was seen of a kill's lists. */
interface SeenLists extends Required<Pick<KillRecord, 'wide' | 'beyondReach'>> {
  /** When the last of them was read back from IAM with all that this kill put there; undefined while one was not. */
  readonly listedAt: Date | undefined;
}

/** Reads the kill list of each role on whose list this kill put something. */
export async function lookAtLists(
  deps: Pick<EndDeps, 'lists' | 'clock'>,
  record: KillRecord,
): Promise<SeenLists> {
  const { roles, change } = record;
  const wide = new Set(record.wide);
  const times: (Date | undefined)[] = [];
  const beyondReach: BeyondReach[] = [];
  const isShut = shutAccounts(deps);
  for (const role of roles) {
    const list = await deps.lists.read(role);
    if (renderKillList(liveEntries(list.entries, deps.clock())).wide) wide.add(role);
    const at = listedAt(list, change.at);
    times.push(at);
    if (at === undefined && (await isShut(accountOfRole(role))))
      beyondReach.push(livingOn(role, list, record));
  }
  return { wide: [...wide], beyondReach, listedAt: latestOf(times) };
}

/** When the list was read back with all that a kill of that time put there. */
function listedAt({ entries, confirmed, confirmedAt }: KillList, orderedAt: Date): Date | undefined {
  if (confirmedAt === undefined || confirmedAt < orderedAt) return undefined;
  // the writer may have read the list before this kill put something there, and confirmed it after
  const isMissing = entries.some((each) => each.killedAt >= orderedAt && !confirmed.includes(each.grantId));
  return isMissing ? undefined : confirmedAt;
}

/** Looks once at each account. */
function shutAccounts({ lists }: Pick<EndDeps, 'lists'>): (account: string) => Promise<boolean> {
  const seen = new Map<string, boolean>();
  return async (account) => {
    const isShut = seen.get(account) ?? (await lists.findAccount(account))?.isOpen === false;
    seen.set(account, isShut);
    return isShut;
  };
}

/** Entries are kept rounded up, or are over and gone: a lease of this kill ends with the last of it at the latest. */
function livingOn(role: RoleArn, { entries }: KillList, record: KillRecord): BeyondReach {
  const { change, deadBy, beyondReach = [] } = record;
  const ends = entries.filter(({ killedAt }) => killedAt >= change.at).map(({ until }) => until.getTime());
  const known = beyondReach.find((each) => each.role === role)?.until;
  const last = Math.max(known?.getTime() ?? 0, ...ends) || deadBy.getTime();
  return { role, until: new Date(Math.min(last, deadBy.getTime())) };
}

function latestOf(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.flatMap((time) => time?.getTime() ?? []);
  return times.length === 0 || known.length < times.length ? undefined : new Date(Math.max(...known));
}
