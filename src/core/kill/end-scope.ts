// Ends every open grant in a scope, and puts leases that live on, also of grants that had ended, on kill lists. The lists
// are eventually consistent, so a pass may miss what is a moment old; the passes that follow find it. The switch, flipped
// before, is what keeps anything new from being given.

import type { Catalog, Grant, GrantId, LastChange, RoleArn } from '../model.ts';
import type { Clock, GrantPage, GrantStore, GrantSummary, PageRequest } from '../ports.ts';
import { grantEvent } from '../record/events.ts';
import { isOpen } from '../record/lifetime.ts';
import { OPEN_SHARDS } from '../record/sweep.ts';
import { needsKillList, PROPAGATION_SECONDS } from './kill-list.ts';
import type { KillLists, KillQueue, KillScope } from './ports.ts';

const PAGE = 100;
/** A grant lives 12 h at most, after waiting 12 h at most for people: what was asked earlier has ended. */
export const LONGEST_GRANT_SECONDS = 90_000;
/** Grants ended side by side. */
const AT_ONCE = 20;

export interface EndDeps {
  readonly grants: Pick<GrantStore, 'get' | 'end' | 'listByAgent' | 'listByTask' | 'listOpen'>;
  readonly lists: KillLists;
  readonly queue: KillQueue;
  readonly clock: Clock;
  readonly catalog: Pick<Catalog, 'tasks'>;
}

/** Which grants, and what their rows will say. */
export interface EndRequest {
  readonly scope: KillScope;
  readonly change: LastChange;
  readonly requestId: string;
  /** Grants asked for later are no part of it: people had let them be asked for again. */
  readonly askedUntil?: Date | undefined;
}

/** What one pass found. */
export interface Pass {
  readonly ended: readonly GrantId[];
  /** Latest end of any lease of those grants. */
  readonly deadBy: Date | undefined;
  readonly shortBy: Date | undefined;
  readonly roles: readonly RoleArn[];
  /** Leases of those grants that went on. */
  readonly leases: number;
  /** Leases in the scope of grants that had ended before, by whatever: ending a grant does not end its lease. */
  readonly lingering: number;
}

/**
 * One pass over the scope. Safe to repeat.
 * @throws what the first grant threw that could not be ended, once all others are: one bad row protects no other
 */
export async function endScope(deps: EndDeps, request: EndRequest): Promise<Pass> {
  const found: Ended[] = [];
  const failed: unknown[] = [];
  for await (const page of pagesOf(deps, request.scope)) {
    const alive = page.filter((each) => isOpen(each) || runs(each, deps.clock()));
    for (let first = 0; first < alive.length; first += AT_ONCE) {
      const batch = alive.slice(first, first + AT_ONCE);
      const results = await Promise.allSettled(batch.map(({ grantId }) => endOne(deps, request, grantId)));
      for (const each of results)
        if (each.status === 'rejected') failed.push(each.reason);
        else if (each.value !== undefined) found.push(each.value);
    }
  }
  const roles = [...new Set(found.flatMap(({ grant, listed }) => (listed ? [grant.roleArn] : [])))];
  for (const role of roles) await deps.queue.send(role);
  if (failed.length > 0) throw failed[0];
  const moved = found.filter((each) => each.moved);
  return {
    ended: moved.map(({ grant }) => grant.grantId),
    deadBy: latest(found),
    shortBy: latest(found.filter(({ listed }) => !listed)),
    roles,
    leases: moved.filter((each) => each.runs).length,
    lingering: found.length - moved.length,
  };
}

interface Ended {
  readonly grant: Grant;
  readonly listed: boolean;
  /** Ended by this call. */
  readonly moved: boolean;
  /** It had a lease whose end was still to come. */
  readonly runs: boolean;
}

/** Whether the grant's last lease still works, ended or not. */
function runs({ leaseExpiresAt }: Pick<Grant, 'leaseExpiresAt'>, now: Date): boolean {
  return leaseExpiresAt !== undefined && leaseExpiresAt > now;
}

async function endOne(deps: EndDeps, request: EndRequest, grantId: GrantId): Promise<Ended | undefined> {
  const { scope, change, requestId, askedUntil } = request;
  const row = await deps.grants.get(grantId);
  if (row === undefined) return undefined;
  if (scope.kind === 'issuer' && row.workload.issuer !== scope.id) return undefined;
  if (askedUntil !== undefined && row.requestedAt > askedUntil) return undefined;
  if (!isOpen(row)) return endLingering(deps, row, change.at);
  const at = deps.clock();
  // on the list first: dying between the two steps leaves a Deny too many, never one too few
  await list(deps, row, at);
  const reason = `${change.what}: ${change.reason}`;
  const facts = { status: 'killed', reason, actorIssuer: change.by.issuer, actorSubject: change.by.subject };
  const event = grantEvent('grant.ended', row, { requestId, at, facts });
  const end = {
    grantId,
    status: 'killed',
    reason,
    by: change.by,
    at,
    from: ['reserved', 'pending', 'approved', 'active'],
  } as const;
  const { grant = row, moved } = await deps.grants.end(end, event);
  // a renewal may have been faster: its lease ends later than the one listed
  const listed = await list(deps, grant, deps.clock());
  // ended by its agent at this moment, say: whoever did keeps the lease
  return moved ? { grant, listed, moved, runs: runs(grant, at) } : endLingering(deps, grant, change.at);
}

/**
 * An agent that completes its grant keeps the lease; the kill list ends it all the same. So does the lease of a grant that
 * a pass has ended which broke off before it could say so.
 */
async function endLingering(deps: EndDeps, grant: Grant, orderedAt: Date): Promise<Ended | undefined> {
  if (!runs(grant, deps.clock())) return undefined;
  // every pass adds the same entry; a lease may be younger than the order, and none is younger than its grant's end
  const { endedAt = orderedAt } = grant;
  const killedAt = endedAt > orderedAt ? endedAt : orderedAt;
  return { grant, listed: await list(deps, grant, killedAt), moved: false, runs: true };
}

/** Puts the grant's lease on its role's kill list where that helps. */
async function list(deps: EndDeps, grant: Grant, killedAt: Date): Promise<boolean> {
  const now = deps.clock();
  const { grantId, leaseExpiresAt, roleArn } = grant;
  if (leaseExpiresAt === undefined || !needsKillList(leaseExpiresAt, now)) return false;
  await deps.lists.add(roleArn, [{ grantId, until: leaseExpiresAt, killedAt }]);
  return true;
}

async function* pagesOf(
  deps: EndDeps,
  scope: KillScope,
): AsyncGenerator<readonly Pick<Grant, 'grantId' | 'status' | 'leaseExpiresAt'>[]> {
  const { grants } = deps;
  const from = new Date(deps.clock().getTime() - LONGEST_GRANT_SECONDS * 1000);
  switch (scope.kind) {
    case 'grant': {
      const row = await grants.get(scope.id);
      if (row !== undefined) yield [row];
      return;
    }
    case 'agent':
      return yield* pages((page) => grants.listByAgent(scope.id, { ...page, from }));
    case 'task':
      return yield* pages((page) => grants.listByTask(scope.id, { ...page, from }));
    default:
      for (let shard = 0; shard < OPEN_SHARDS; shard += 1)
        yield* pages((page) => grants.listOpen(shard, page));
      // the open ones are not all that lives: leases long enough for a kill list may outlive their grants
      for (const { id, leaseSeconds } of deps.catalog.tasks)
        if (leaseSeconds > PROPAGATION_SECONDS)
          yield* pages((page) => grants.listByTask(id, { ...page, from }));
  }
}

async function* pages(
  list: (page: PageRequest) => Promise<GrantPage>,
): AsyncGenerator<readonly GrantSummary[]> {
  let next: string | undefined;
  do {
    const page: GrantPage = await list({ limit: PAGE, ...(next !== undefined && { next }) });
    yield page.grants;
    ({ next } = page);
  } while (next !== undefined);
}

function latest(found: readonly Ended[]): Date | undefined {
  const times = found.flatMap(({ grant }) => grant.leaseExpiresAt?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
