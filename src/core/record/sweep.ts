// The sweeper: looks at open grants whose deadline has passed. It ends what is over, and completes what a crash left
// between a row and its workflow: a request whose workflow never came is started again, a decided one is woken. A
// `reserved` row past its deadline is a request that died between two steps; its lease, if one was made, is over by
// then or bounded by the row's leaseExpiresAt.

import type { ApprovalWorkflow, DecisionStore } from '../approve/ports.ts';
import type { GrantId } from '../model.ts';
import type { Clock, GrantEnd, GrantStore, GrantSummary } from '../ports.ts';
import { grantEvent } from './events.ts';
import { addSeconds, START_SECONDS } from './lifetime.ts';

/** The open grants are spread over this many index partitions. */
export const OPEN_SHARDS = 8;
const PAGE = 100;
/** Pages per shard and run: what is left waits for the next minute. */
const MAX_PAGES = 50;

type EndStatus = GrantEnd['status'];
type Swept = EndStatus | 'started' | 'woken';

/** What one run did; `failures` could not be handled and are due again. */
export interface SweepReport {
  /** How many grants ended, by the status they ended in. */
  readonly ended: Readonly<Partial<Record<EndStatus, number>>>;
  /** Requests whose workflow was started once more. */
  readonly started: number;
  /** Decided requests whose workflow was woken. */
  readonly woken: number;
  readonly failures: number;
}

interface SweepDeps {
  readonly grants: Pick<GrantStore, 'get' | 'listDue' | 'end'>;
  readonly decisions: Pick<DecisionStore, 'waitingToken' | 'woken' | 'postponeStart'>;
  readonly workflow: ApprovalWorkflow;
  readonly clock: Clock;
}

/** Handles all grants that are due. One that fails does not keep the others. */
export async function sweep(deps: SweepDeps, requestId: string): Promise<SweepReport> {
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => shard);
  const runs = await Promise.allSettled(shards.map((shard) => sweepShard(deps, shard, requestId)));
  const ended: Partial<Record<EndStatus, number>> = {};
  const report = { started: 0, woken: 0, failures: 0 };
  for (const run of runs) {
    if (run.status === 'rejected') report.failures += 1;
    else {
      report.failures += run.value.failures;
      for (const swept of run.value.swept) {
        if (swept === 'started' || swept === 'woken') report[swept] += 1;
        else ended[swept] = (ended[swept] ?? 0) + 1;
      }
    }
  }
  return { ended, ...report };
}

async function sweepShard(
  deps: SweepDeps,
  shard: number,
  requestId: string,
): Promise<{ swept: Swept[]; failures: number }> {
  const swept: Swept[] = [];
  let failures = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const due = await deps.grants.listDue(shard, deps.clock(), PAGE);
    const results = await Promise.allSettled(due.map((grant) => handle(deps, grant, requestId)));
    for (const result of results) {
      if (result.status === 'rejected') failures += 1;
      else if (result.value !== undefined) swept.push(result.value);
    }
    // a page on which nothing moved would come again
    if (due.length < PAGE || results.every((result) => result.status === 'rejected')) break;
  }
  return { swept, failures };
}

async function handle(deps: SweepDeps, due: GrantSummary, requestId: string): Promise<Swept | undefined> {
  const isOver = deps.clock().getTime() >= due.expiresAt.getTime();
  switch (due.status) {
    case 'reserved':
      return end(deps, due, { requestId, status: 'failed', reason: 'not activated in time' });
    case 'pending':
      if (!isOver) return startAgain(deps, due.grantId);
      return end(deps, due, { requestId, status: 'lapsed', reason: 'nobody decided in time' });
    case 'approved':
      if (!isOver) return wake(deps, due.grantId);
      return end(deps, due, { requestId, status: 'lapsed', reason: 'nobody came for it in time' });
    case 'active':
      if (!isOver) return wake(deps, due.grantId);
      return end(deps, due, { requestId, status: 'expired', reason: 'its duration is over' });
    case 'denied':
      return wake(deps, due.grantId);
    default:
      return undefined;
  }
}

async function end(
  deps: SweepDeps,
  grant: GrantSummary,
  { requestId, ...how }: { readonly requestId: string; readonly status: EndStatus; readonly reason: string },
): Promise<EndStatus | undefined> {
  const at = deps.clock();
  const event = grantEvent('grant.ended', grant, { requestId, at, facts: how });
  const { moved } = await deps.grants.end(
    { grantId: grant.grantId, ...how, at, from: [grant.status] },
    event,
  );
  return moved ? how.status : undefined;
}

/** Starting is repeatable, so it is repeated until a workflow takes the request over. */
async function startAgain(deps: SweepDeps, grantId: GrantId): Promise<Swept | undefined> {
  const grant = await deps.grants.get(grantId);
  if (grant?.status !== 'pending' || grant.workflowAt !== undefined) return undefined;
  await deps.workflow.start(grantId, grant.requestDigest);
  await deps.decisions.postponeStart(grantId, addSeconds(deps.clock(), START_SECONDS));
  return 'started';
}

/**
 * Whoever waits is told to look at the row. Where nobody waits, a workflow is on its way and finds the decision, or
 * never came and is started to tell the people.
 */
async function wake(deps: SweepDeps, grantId: GrantId): Promise<Swept | undefined> {
  const token = await deps.decisions.waitingToken(grantId);
  if (token === undefined) {
    const grant = await deps.grants.get(grantId);
    if (grant === undefined) return undefined;
    if (grant.workflowAt === undefined) await deps.workflow.start(grantId, grant.requestDigest);
  } else await deps.workflow.wake(token);
  await deps.decisions.woken(grantId, token);
  return 'woken';
}
