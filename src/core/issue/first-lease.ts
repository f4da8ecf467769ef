// The first lease of a reserved grant. When it cannot be handed over, the grant ends as `failed` at once: nobody
// has its handle. Should even that fail, the sweeper ends the row at its deadline.

import type { ExchangeDeps, RequestContext } from '../deps.ts';
import type { Grant, Task } from '../model.ts';
import { grantEvent } from '../record/events.ts';
import { Refusal } from '../refusal.ts';
import { handOver, type Issued } from './hand-over.ts';

/** @throws Refusal those of the mint and of the hand-over; the grant has then ended or will. */
export async function issueFirstLease(
  deps: ExchangeDeps,
  reserved: { readonly grant: Grant; readonly task: Task },
  context: RequestContext,
): Promise<Issued> {
  try {
    return await handOver(deps, { ...reserved, startedAt: reserved.grant.requestedAt }, context);
  } catch (error) {
    await giveUp(deps, { grant: reserved.grant, error }, context);
    throw error;
  }
}

async function giveUp(
  deps: Pick<ExchangeDeps, 'grants' | 'clock'>,
  { grant, error }: { readonly grant: Grant; readonly error: unknown },
  context: RequestContext,
): Promise<void> {
  const reason = error instanceof Refusal ? error.code : 'internal_error';
  const at = deps.clock();
  const event = grantEvent('grant.ended', grant, {
    requestId: context.requestId,
    at,
    facts: { status: 'failed', reason },
  });
  try {
    await deps.grants.end(
      { grantId: grant.grantId, status: 'failed', reason, at, from: ['reserved', 'active'] },
      event,
    );
  } catch {
    // the sweeper finds the row: the caller hears of the first failure, not of this one
    context.log.note({ leftForSweeper: true });
  }
}
