// The grant store on DynamoDB. Every move of a grant is one conditional write on one item, which carries its
// audit event; the conditions are named below with the race they decide.

import { BatchGetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Grant, GrantId } from '../../core/model.ts';
import type { GrantEnd, GrantStore, LeaseIntent, LeaseRecord, WorkloadEntry } from '../../core/ports.ts';
import { purgeTime } from '../../core/record/lifetime.ts';
import { Refusal } from '../../core/refusal.ts';
import { guarded } from './faults.ts';
import {
  type Change,
  changeRow,
  type GrantRows,
  PROOF_IS_NEWER,
  readRow,
  unlessRaced,
} from './grant-change.ts';
import { readGrant, toEpochSeconds, writeGrant } from './grant-item.ts';
import { createGrantLists } from './grant-lists.ts';
import { readWorkload, workloadKey } from './registry-item.ts';

/** A grant id is used once: of two identical requests one writes the row, the other finds it. */
const IS_NEW = 'attribute_not_exists(grantId)';
/** Whoever read it: a lease begins on nothing that waits for people or has ended. */
const MAY_LEASE = '#status IN (:reserved, :approved, :active)';
const MAY_LEASE_VALUES = { ':reserved': 'reserved', ':approved': 'approved', ':active': 'active' };
/** The grant is as the caller read it: of two renewals one goes on. */
const IS_AS_SEEN = `#status = :seenStatus AND leaseCount = :seenCount AND ${MAY_LEASE}`;
/** Nobody ended the grant or began another lease since this one was announced. */
const LEASE_IS_OURS = `${MAY_LEASE} AND leaseCount = :leaseCount`;

/** Where the store's rows are; `registryTable` only where workload entries are read with a grant. */
export interface GrantStoreOptions extends GrantRows {
  readonly registryTable?: string;
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createGrantStore(options: GrantStoreOptions): GrantStore {
  const { client, table } = options;

  const get = (grantId: GrantId) => readRow(options, grantId);

  return {
    ...createGrantLists(options),
    get,
    async reserve(grant, event) {
      const command = new PutCommand({
        TableName: table,
        Item: writeGrant(grant, event),
        ConditionExpression: IS_NEW,
      });
      if ((await unlessRaced(() => client.send(command))) !== undefined) return true;
      // the SDK repeats a write whose answer got lost: a row with our handle is our own
      return (await get(grant.grantId))?.handleHash === grant.handleHash;
    },
    getWithWorkload: (grantId, issuer, subject) => readBoth(options, grantId, workloadKey(issuer, subject)),
    beginLease: (intent, event) => changeRow(options, announcement(intent), event),
    confirmLease: (record, event) => changeRow(options, confirmation(record), event),
    async end(end, event) {
      const moved = await changeRow(options, ending(end), event);
      if (moved !== undefined) return { grant: moved, moved: true };
      return { grant: await get(end.grantId), moved: false };
    },
  };
}

function announcement(intent: LeaseIntent): Change {
  const { seen, proofIssuedAt } = intent;
  return {
    grantId: intent.grantId,
    set: [
      'leaseExpiresAt = :leaseExpiresAt',
      'leaseCount = leaseCount + :one',
      'catalogDigest = :catalogDigest',
      ...(proofIssuedAt ? ['proofIssuedAt = :proofIssuedAt'] : []),
    ],
    condition: proofIssuedAt ? `${IS_AS_SEEN} AND ${PROOF_IS_NEWER}` : IS_AS_SEEN,
    values: {
      ':leaseExpiresAt': intent.leaseExpiresAt.toISOString(),
      ':catalogDigest': intent.catalogDigest,
      ...MAY_LEASE_VALUES,
      ':seenStatus': seen.status,
      ':seenCount': seen.leaseCount,
      ...(proofIssuedAt && { ':proofIssuedAt': proofIssuedAt.toISOString() }),
    },
  };
}

function confirmation(record: LeaseRecord): Change {
  const { redeemed } = record;
  return {
    grantId: record.grantId,
    set: [
      '#status = :active',
      'leaseKind = :leaseKind',
      'accessKeyId = :accessKeyId',
      'sessionPolicyDigest = :sessionPolicyDigest',
      // an active grant is due when it expires, or before that while its workflow is still to be woken
      `deadline = if_not_exists(wakeBy, ${redeemed ? ':expiresAt' : 'expiresAt'})`,
      ...(redeemed ? ['redeemedAt = :redeemedAt', 'expiresAt = :expiresAt'] : []),
    ],
    condition: LEASE_IS_OURS,
    values: {
      ...MAY_LEASE_VALUES,
      ':leaseCount': record.leaseCount,
      ':leaseKind': record.leaseKind,
      ':accessKeyId': record.accessKeyId,
      ':sessionPolicyDigest': record.sessionPolicyDigest,
      ...(redeemed && {
        ':redeemedAt': redeemed.at.toISOString(),
        ':expiresAt': redeemed.expiresAt.toISOString(),
      }),
    },
  };
}

function ending(end: GrantEnd): Change {
  // the move is legal from these states only: an ended grant never moves again
  const from = Object.fromEntries(end.from.map((status, index) => [`:from${index}`, status]));
  return {
    grantId: end.grantId,
    set: [
      '#status = :status',
      'endedAt = :endedAt',
      'endReason = :endReason',
      'purgeAt = :purgeAt',
      ...(end.outcome === undefined ? [] : ['outcome = :outcome']),
      ...(end.by === undefined ? [] : ['endedBy = :endedBy']),
    ],
    remove: ['openShard', 'deadline'],
    condition: `#status IN (${Object.keys(from).join(', ')})`,
    values: {
      ...from,
      ':status': end.status,
      ':endedAt': end.at.toISOString(),
      ':endReason': end.reason,
      ':purgeAt': toEpochSeconds(purgeTime(end.at)),
      ...(end.outcome !== undefined && { ':outcome': end.outcome }),
      ...(end.by !== undefined && { ':endedBy': end.by }),
    },
  };
}

/** Grant and workload entry in one consistent BatchGetItem. */
async function readBoth(
  { client, table, registryTable }: GrantStoreOptions,
  grantId: GrantId,
  pk: string,
): Promise<{ grant: Grant | undefined; workload: WorkloadEntry | undefined }> {
  if (registryTable === undefined) throw new Refusal('misconfigured', { detail: 'no registry table' });
  const command = new BatchGetCommand({
    RequestItems: {
      [table]: { Keys: [{ grantId }], ConsistentRead: true },
      [registryTable]: { Keys: [{ pk }], ConsistentRead: true },
    },
  });
  const { Responses = {}, UnprocessedKeys = {} } = await guarded('store_unavailable', () =>
    client.send(command),
  );
  // a throttled half would read as "no such grant"
  if (Object.keys(UnprocessedKeys).length > 0)
    throw new Refusal('store_unavailable', { detail: 'throttled' });
  const row = Responses[table]?.[0];
  const entry = Responses[registryTable]?.[0];
  return { grant: row && readGrant(row), workload: entry && readWorkload(entry) };
}
