// Whether a request still stands: undecided, in time, and what the catalog of now would grant is what people were
// asked. One whose digest no longer holds gives nothing, and lapses with that reason; all others are undisturbed.

import { validateParameters } from '../catalog/parameters.ts';
import { type ExchangeDeps, findTask, type RequestContext } from '../deps.ts';
import type { Catalog, Grant, GrantId, Task } from '../model.ts';
import type { GrantStore } from '../ports.ts';
import { grantEvent } from '../record/events.ts';
import { addSeconds } from '../record/lifetime.ts';
import { digestUnder } from '../record/open-grant.ts';
import { Refusal } from '../refusal.ts';
import { type ReadFacts, readFacts } from './facts.ts';

/** Reads requests and lets them lapse. */
export interface StandingDeps extends Pick<ExchangeDeps, 'catalog' | 'place'> {
  readonly grants: Pick<GrantStore, 'get' | 'end'>;
}

/** A request that people can decide on now. */
export interface StandingRequest {
  readonly grant: Grant;
  /** Of the current catalog; it grants what the facts say. */
  readonly task: Task;
  readonly facts: ReadFacts;
}

/**
 * The request, when it can still be decided.
 * @throws Refusal `request_unknown`, `request_closed`, `request_changed`, `request_damaged`
 */
export async function readStanding(
  deps: StandingDeps,
  asked: { readonly grantId: GrantId; readonly now: Date },
  context: RequestContext,
): Promise<StandingRequest> {
  const { grantId, now } = asked;
  const grant = await deps.grants.get(grantId);
  if (grant?.facts === undefined) throw new Refusal('request_unknown', { detail: 'no request' });
  if (grant.status !== 'pending' || now.getTime() >= grant.expiresAt.getTime()) throw closed(grant);
  const facts = readFacts(grant);
  const task = taskStill(deps, grant);
  if (task !== undefined) return { grant, task, facts };
  await lapseChanged(deps, { grant, now }, context);
  throw new Refusal('request_changed', { members: { grant_id: grantId } });
}

/** The task, when the current catalog would grant exactly what the request digest says. */
export function taskStill(deps: Pick<ExchangeDeps, 'catalog' | 'place'>, grant: Grant): Task | undefined {
  const { grantId, agent: agentId, workload, owner, requestedAt } = grant;
  const task = findTask(deps.catalog, grant.task);
  if (task === undefined) return undefined;
  try {
    const parameters = validateParameters(task, grant.parameters);
    const digest = digestUnder(deps, { grantId, agentId, workload, owner, requestedAt, task, parameters });
    return digest === grant.requestDigest ? task : undefined;
  } catch (error) {
    // a value that the task of now refuses, or cannot render, is a change
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The answer to somebody who comes after the end. */
export function closed({ grantId, status }: Grant): Refusal {
  return new Refusal('request_closed', { members: { grant_id: grantId, grant_status: status } });
}

/** While a deployment runs, functions with the catalog before it and after it answer side by side. */
export const DEPLOYMENT_SECONDS = 300;
/** How the end of a request is told whose digest no longer holds. */
const CHANGED = 'the catalog changed what is granted';

/**
 * Whether a request that does not stand under this catalog may end for it. Made under another catalog and younger than
 * a deployment takes, it may be newer than this function: then it is only given nothing.
 */
export function mayLapseChanged(
  { digest }: Pick<Catalog, 'digest'>,
  grant: Pick<Grant, 'catalogDigest' | 'requestedAt'>,
  now: Date,
): boolean {
  return grant.catalogDigest === digest || now >= addSeconds(grant.requestedAt, DEPLOYMENT_SECONDS);
}

/** Ends an open request whose digest no longer holds, unless a newer catalog may have made it. */
export async function lapseChanged(
  deps: Pick<StandingDeps, 'catalog'> & { readonly grants: Pick<GrantStore, 'end'> },
  { grant, now }: { readonly grant: Grant; readonly now: Date },
  context: Pick<RequestContext, 'requestId'>,
): Promise<void> {
  if (!mayLapseChanged(deps.catalog, grant, now)) return;
  const reason = `${CHANGED} (now ${deps.catalog.digest})`;
  const facts = { status: 'lapsed', reason };
  const event = grantEvent('grant.ended', grant, { requestId: context.requestId, at: now, facts });
  const { grantId } = grant;
  await deps.grants.end({ grantId, status: 'lapsed', reason, at: now, from: ['pending', 'approved'] }, event);
}

/** Whether a request lapsed because its digest no longer held. */
export function lapsedByChange({ status, endReason }: Pick<Grant, 'status' | 'endReason'>): boolean {
  return status === 'lapsed' && endReason?.startsWith(CHANGED) === true;
}
