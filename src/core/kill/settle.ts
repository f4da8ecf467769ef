// Runs on a schedule: goes over the kills that are not settled and ends what an earlier pass could not see or finish;
// settles each once its last lease is dead, with the time that took; and has every kill list compared with IAM.

import type { Moment } from '../lifecycle/orders.ts';
import type { RoleArn } from '../model.ts';
import { addSeconds } from '../record/lifetime.ts';
import { type EndDeps, endScope } from './end-scope.ts';
import { askedUntil, type Standings } from './given-back.ts';
import { killEvent, merge } from './kill.ts';
import { PROPAGATION_SECONDS } from './kill-list.ts';
import { lookAtLists } from './look-at-lists.ts';
import type { KillBook, KillList, KillRecord } from './ports.ts';

/** A kill stays open this long at least: lists of the table have caught up by then. */
const SETTLE_SECONDS = 120;
/** A list with entries is compared each time; one without denies nobody, and IAM answers few calls a second. */
const IDLE_LIST_SECONDS = 3600;

interface Deps extends EndDeps, Standings {
  readonly kills: KillBook;
}

/** What one run did. */
export interface Settlement {
  readonly settled: readonly KillRecord[];
  readonly open: number;
  /** Kill lists sent to their writer. */
  readonly lists: number;
  readonly failures: number;
}

/** One run; a kill that fails does not keep the others. */
export async function settleKills(deps: Deps, { at, requestId }: Moment): Promise<Settlement> {
  const settled: KillRecord[] = [];
  let failures = 0;
  const open = await deps.kills.listOpen();
  for (const record of open) {
    try {
      const done = await settleOne(deps, record, { at, requestId });
      if (done !== undefined) settled.push(done);
    } catch {
      failures += 1;
    }
  }
  const roles = await dueLists(deps, at);
  for (const role of roles) await deps.queue.send(role);
  return { settled, open: open.length - settled.length, lists: roles.length, failures };
}

async function dueLists({ lists }: Deps, at: Date): Promise<readonly RoleArn[]> {
  const due: RoleArn[] = [];
  for (const role of await lists.roles()) {
    // one that cannot be read goes to its writer, which says why
    const list = await lists.read(role).catch(() => undefined);
    const idleSince = list?.entries.length === 0 ? lastLook(list) : undefined;
    if (idleSince === undefined || at >= addSeconds(idleSince, IDLE_LIST_SECONDS)) due.push(role);
  }
  return due;
}

/** An account that is shut does not open sooner for being asked each minute about a list that denies nobody. */
function lastLook({ confirmedAt, barredAt }: KillList): Date | undefined {
  if (confirmedAt === undefined || barredAt === undefined) return confirmedAt ?? barredAt;
  return confirmedAt > barredAt ? confirmedAt : barredAt;
}

async function settleOne(
  deps: Deps,
  record: KillRecord,
  { at, requestId }: Moment,
): Promise<KillRecord | undefined> {
  const { scope, change } = record;
  const pass = await endScope(deps, { scope, change, requestId, askedUntil: await askedUntil(deps, record) });
  const found = merge(record, pass);
  // more than are known: they are of grants that were ended by a pass which broke off
  const merged = { ...found, leases: Math.max(found.leases ?? 0, pass.leases + pass.lingering) };
  const { wide, beyondReach, ...lists } = await lookAtLists(deps, merged);
  const listedAt = record.listedAt ?? lists.listedAt;
  const now: KillRecord = { ...merged, wide, beyondReach, ...(listedAt && { listedAt }) };
  // whoever ordered it may be counting at this moment: its last word leaves this member as it is
  const takenUp = record.takenUp ?? record.counted !== true;
  if (hasMoved(record, now)) await deps.kills.progress({ ...now, takenUp });
  const expected = deadFrom(now);
  const isOver = at >= expected && at.getTime() - change.at.getTime() >= SETTLE_SECONDS * 1000;
  if (!isOver) return undefined;
  const secondsToDead = Math.max(0, Math.round((expected.getTime() - change.at.getTime()) / 1000));
  const done = { ...now, settledAt: at, secondsToDead };
  // two runs may overlap
  return (await deps.kills.settle(done, killEvent('kill.settled', done, requestId))) ? done : undefined;
}

function hasMoved(before: KillRecord, now: KillRecord): boolean {
  return (
    now.ended !== before.ended ||
    now.leases !== (before.leases ?? 0) ||
    now.deadBy > before.deadBy ||
    now.roles.length !== before.roles.length ||
    now.listedAt !== before.listedAt ||
    now.wide?.length !== (before.wide ?? []).length ||
    now.beyondReach?.length !== (before.beyondReach ?? []).length
  );
}

/** When everything was dead: the leases' own ends, or the kill lists in force, whichever came first. */
export function deadFrom({ deadBy, shortBy, listedAt }: KillRecord): Date {
  if (listedAt === undefined) return deadBy;
  const inForce = Math.max(shortBy.getTime(), listedAt.getTime() + PROPAGATION_SECONDS * 1000);
  return new Date(Math.min(inForce, deadBy.getTime()));
}
