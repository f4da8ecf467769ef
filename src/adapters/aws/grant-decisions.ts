// The moves of a grant that people decide, on its row. A decided grant is due a little later (`wakeBy`) until its
// workflow was woken, so that the sweeper completes what a crash left. The task token stays on the row: it is no part
// of a `Grant`.

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { DecisionStore } from '../../core/approve/ports.ts';
import type { Grant, GrantId } from '../../core/model.ts';
import { nextPoll } from '../../core/record/interval.ts';
import { addSeconds, isOpen, purgeTime, WAKE_SECONDS } from '../../core/record/lifetime.ts';
import { guarded } from './faults.ts';
import { type Change, changeRow, type GrantRows, PROOF_IS_NEWER, readRow } from './grant-change.ts';
import { approvalItem, toEpochSeconds } from './grant-item.ts';

/** Of two decisions at once one is appended; none to a row that moved on, changed, or is past its time. */
const STILL_DECIDABLE =
  '#status = :pending AND size(approvals) = :seen AND requestDigest = :digest AND expiresAt > :at';
/** A workflow takes over what still waits for people; repeating it changes nothing. */
const IS_PENDING = '#status = :pending';
/** The sweeper moves on only what no workflow has taken over meanwhile. */
const NOT_TAKEN_OVER = '#status = :pending AND attribute_not_exists(workflowAt)';
/** A late workflow makes no row. */
const EXISTS = 'attribute_exists(grantId)';
/** Woken with another token, or the row moved meanwhile: another caller says so. */
const WOKEN_AS_SEEN = '#status = :seenStatus AND taskToken = :token';
/** Decided without a workflow that waits: it finds the decision when it comes. */
const NOBODY_WAITS_AS_SEEN = '#status = :seenStatus AND attribute_not_exists(taskToken)';
/** Of two polls at once the second sees the first. */
const NOT_POLLED_SINCE = '#status = :pending AND polledAt = :polledAt';
const NOT_POLLED_YET = '#status = :pending AND attribute_not_exists(polledAt)';

const POLL_TRIES = 3;
const tokenRow = z.object({ taskToken: z.string().exactOptional() });

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createDecisionStore(rows: GrantRows): DecisionStore {
  return {
    async decide(move, event) {
      const after = await changeRow(rows, decision(move), event);
      if (after !== undefined) return after;
      // the SDK repeats a write whose answer got lost: a row that has this evidence took it
      const now = await readRow(rows, move.seen.grantId);
      return now?.approvals.some((each) => each.evidenceId === move.approval.evidenceId) ? now : undefined;
    },
    takeOver: (grantId, at) =>
      changeRow(rows, {
        grantId,
        set: ['workflowAt = if_not_exists(workflowAt, :at)', 'deadline = expiresAt'],
        condition: IS_PENDING,
        values: { ':at': at.toISOString(), ':pending': 'pending' },
      }),
    async postponeStart(grantId, until) {
      await changeRow(rows, {
        grantId,
        set: ['deadline = :until'],
        condition: NOT_TAKEN_OVER,
        values: { ':until': until.toISOString(), ':pending': 'pending' },
      });
    },
    keepWaiting: (grantId, taskToken) =>
      changeRow(rows, {
        grantId,
        set: ['taskToken = :token'],
        condition: EXISTS,
        values: { ':token': taskToken },
      }),
    waitingToken: (grantId) => readToken(rows, grantId),
    async woken(grantId, taskToken) {
      const seen = await readRow(rows, grantId);
      if (seen !== undefined) await changeRow(rows, wakeDone(seen, taskToken));
    },
    recordPoll: (seen, now, proofIssuedAt) => recordPoll(rows, { seen, now, proofIssuedAt }),
  };
}

function decision({ seen, approval, to }: Parameters<DecisionStore['decide']>[0]): Change {
  const { decidedAt } = approval;
  const settled = to !== 'pending';
  return {
    grantId: seen.grantId,
    set: [
      'approvals = list_append(approvals, :approval)',
      '#status = :to',
      ...(settled ? ['wakeBy = :wakeBy', 'deadline = :wakeBy'] : []),
      ...(approval.decision === 'break-glass' ? ['flags = :flags'] : []),
      ...(to === 'denied' ? ['endedAt = :at', 'endReason = :reason', 'purgeAt = :purgeAt'] : []),
    ],
    condition: STILL_DECIDABLE,
    values: {
      ':pending': 'pending',
      ':seen': seen.approvals.length,
      ':digest': approval.requestDigest,
      ':at': decidedAt.toISOString(),
      ':approval': [approvalItem(approval)],
      ':to': to,
      ...(settled && { ':wakeBy': addSeconds(decidedAt, WAKE_SECONDS).toISOString() }),
      ...(approval.decision === 'break-glass' && { ':flags': ['break-glass'] }),
      ...(to === 'denied' && {
        ':reason': 'denied by an approver',
        ':purgeAt': toEpochSeconds(purgeTime(decidedAt)),
      }),
    },
  };
}

/** The row keeps no token, and is due when its own time is over; an ended one leaves the open index. */
function wakeDone(seen: Grant, taskToken: string | undefined): Change {
  // what still waits for people is due as before
  const dueAtEnd = isOpen(seen) && seen.status !== 'pending';
  return {
    grantId: seen.grantId,
    set: dueAtEnd ? ['deadline = expiresAt'] : [],
    remove: ['taskToken', 'wakeBy', ...(isOpen(seen) ? [] : ['openShard', 'deadline'])],
    condition: taskToken === undefined ? NOBODY_WAITS_AS_SEEN : WOKEN_AS_SEEN,
    values: { ':seenStatus': seen.status, ...(taskToken !== undefined && { ':token': taskToken }) },
  };
}

async function readToken({ client, table }: GrantRows, grantId: GrantId): Promise<string | undefined> {
  const command = new GetCommand({
    TableName: table,
    Key: { grantId },
    ConsistentRead: true,
    ProjectionExpression: 'taskToken',
  });
  const { Item } = await guarded('store_unavailable', () => client.send(command));
  return Item && tokenRow.parse(Item).taskToken;
}

interface Poll {
  readonly seen: Grant;
  readonly now: Date;
  readonly proofIssuedAt: Date | undefined;
}

async function recordPoll(rows: GrantRows, first: Poll): ReturnType<DecisionStore['recordPoll']> {
  const { now, proofIssuedAt } = first;
  let { seen } = first;
  for (let attempt = 0; attempt < POLL_TRIES; attempt += 1) {
    const poll = nextPoll(seen, now);
    const written = await changeRow(rows, counted({ ...first, seen }, poll.seconds));
    if (written !== undefined) return poll;
    const found = await readRow(rows, seen.grantId);
    // decided or ended meanwhile: the next poll learns how
    if (found === undefined || found.status !== 'pending') return poll;
    if (proofIssuedAt && found.proofIssuedAt && found.proofIssuedAt >= proofIssuedAt) {
      // our own write, when the SDK repeated it after its answer got lost
      return found.polledAt?.getTime() === now.getTime() ? poll : undefined;
    }
    seen = found;
  }
  // so many polls at once are too early by themselves
  return { tooEarly: true, seconds: nextPoll(seen, now).seconds };
}

function counted({ seen, now, proofIssuedAt }: Poll, seconds: number): Change {
  const { grantId, polledAt } = seen;
  const condition = polledAt === undefined ? NOT_POLLED_YET : NOT_POLLED_SINCE;
  return {
    grantId,
    set: [
      'polledAt = :now',
      'pollSeconds = :seconds',
      ...(proofIssuedAt ? ['proofIssuedAt = :proofIssuedAt'] : []),
    ],
    condition: proofIssuedAt ? `${condition} AND ${PROOF_IS_NEWER}` : condition,
    values: {
      ':pending': 'pending',
      ':now': now.toISOString(),
      ':seconds': seconds,
      ...(polledAt && { ':polledAt': polledAt.toISOString() }),
      ...(proofIssuedAt && { ':proofIssuedAt': proofIssuedAt.toISOString() }),
    },
  };
}
