// The grant store on DynamoDB. Every move of a grant is one conditional write on one item, which carries its
// audit event; the conditions are named below with the race they decide.

import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Grant, GrantId } from '../../core/model.ts';
import type {
  AuditEvent,
  GrantEnd,
  GrantStore,
  LeaseIntent,
  LeaseRecord,
  WorkloadEntry,
} from '../../core/ports.ts';
import { purgeTime } from '../../core/record/lifetime.ts';
import { Refusal } from '../../core/refusal.ts';
import { conditionFailed, guarded } from './faults.ts';
import { readGrant, toEpochSeconds, writeEvent, writeGrant } from './grant-item.ts';
import { createGrantLists } from './grant-lists.ts';
import { readWorkload, workloadKey } from './registry-item.ts';

/** A grant id is used once: of two identical requests one writes the row, the other finds it. */
const IS_NEW = 'attribute_not_exists(grantId)';
/** The grant is as the caller read it: of two renewals one goes on. */
const IS_AS_SEEN = '#status = :seenStatus AND leaseCount = :seenCount';
/** The DPoP proof is newer than any the grant has seen: a proof counts once. */
const PROOF_IS_NEWER = '(attribute_not_exists(proofIssuedAt) OR proofIssuedAt < :proofIssuedAt)';
/** Nobody ended the grant or began another lease since this one was announced. */
const LEASE_IS_OURS = '#status IN (:reserved, :approved, :active) AND leaseCount = :leaseCount';

const STATUS = { '#status': 'status' };
const EVENT_NAMES = { '#event': 'event' };
const SET_EVENT = '#event = :event';
const COUNT_EVENT = 'ADD eventNumber :one';

/** Where the store's rows are; `registryTable` only where workload entries are read with a grant. */
export interface GrantStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly registryTable?: string;
}

interface Change {
  readonly grantId: GrantId;
  readonly set: readonly string[];
  readonly remove?: readonly string[];
  readonly condition: string;
  readonly values: Record<string, unknown>;
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createGrantStore(options: GrantStoreOptions): GrantStore {
  const { client, table } = options;

  async function get(grantId: GrantId): Promise<Grant | undefined> {
    const command = new GetCommand({ TableName: table, Key: { grantId }, ConsistentRead: true });
    const { Item } = await guarded('store_unavailable', () => client.send(command));
    return Item && readGrant(Item);
  }

  /** One conditional update. @returns the row after it, or undefined when the condition was false. */
  async function change(wanted: Change, event: AuditEvent): Promise<Grant | undefined> {
    const remove = wanted.remove ? ` REMOVE ${wanted.remove.join(', ')}` : '';
    const command = new UpdateCommand({
      TableName: table,
      Key: { grantId: wanted.grantId },
      UpdateExpression: `SET ${[...wanted.set, SET_EVENT].join(', ')}${remove} ${COUNT_EVENT}`,
      ConditionExpression: wanted.condition,
      ExpressionAttributeNames: { ...STATUS, ...EVENT_NAMES },
      ExpressionAttributeValues: { ...wanted.values, ':event': writeEvent(event), ':one': 1 },
      ReturnValues: 'ALL_NEW',
    });
    const attributes = await unlessRaced(() => client.send(command));
    return attributes?.Attributes && readGrant(attributes.Attributes);
  }

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
    beginLease: (intent, event) => change(announcement(intent), event),
    confirmLease: (record, event) => change(confirmation(record), event),
    async end(end, event) {
      const moved = await change(ending(end), event);
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
      ':seenStatus': seen.status,
      ':seenCount': seen.leaseCount,
      ...(proofIssuedAt && { ':proofIssuedAt': proofIssuedAt.toISOString() }),
    },
  };
}

function confirmation(record: LeaseRecord): Change {
  return {
    grantId: record.grantId,
    set: [
      '#status = :active',
      'leaseKind = :leaseKind',
      'accessKeyId = :accessKeyId',
      'sessionPolicyDigest = :sessionPolicyDigest',
      // an active grant is due when it expires
      'deadline = expiresAt',
    ],
    condition: LEASE_IS_OURS,
    values: {
      ':reserved': 'reserved',
      ':approved': 'approved',
      ':active': 'active',
      ':leaseCount': record.leaseCount,
      ':leaseKind': record.leaseKind,
      ':accessKeyId': record.accessKeyId,
      ':sessionPolicyDigest': record.sessionPolicyDigest,
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

async function unlessRaced<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await guarded('store_unavailable', call);
  } catch (error) {
    if (conditionFailed(error)) return undefined;
    throw error;
  }
}
