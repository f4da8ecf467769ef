// Evidence of decisions and the challenges they answer, on DynamoDB. Evidence is written once and read together with
// the people behind it in one consistent BatchGetItem; a challenge is used once.

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type DynamoDBDocumentClient,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type {
  ApprovalCounter,
  ChallengeStore,
  EvidenceReader,
  EvidenceWriter,
} from '../../core/approve/ports.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { Refusal } from '../../core/refusal.ts';
import {
  challengeItem,
  challengeKey,
  evidenceItem,
  evidenceKey,
  isEvidenceId,
  rateKey,
  readEvidenceItem,
  readTerms,
} from './evidence-item.ts';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';
import { toEpochSeconds } from './grant-item.ts';
import { ownRow, useRow } from './once.ts';
import { personKey, readPerson } from './person-item.ts';

/** Evidence is written once: whoever comes second changes nothing. */
const IS_NEW = 'attribute_not_exists(pk)';

/** What a BatchGetItem leaves out for now is asked for again this often, after this many milliseconds at first. */
const READ_TRIES = 4;
const READ_PAUSE_MS = 25;
/** Counters of an hour are kept for. */
const RATE_KEPT_SECONDS = 7200;
/** Approvals are counted in bins this long, in one row a person: one write then also answers with the hour before. */
const RATE_BIN_SECONDS = 300;
/** Bins that together hold every approval of the last hour: the oldest is only partly within it. */
const RATE_BINS = 3600 / RATE_BIN_SECONDS + 1;

/** Where evidence is, and for readers the people behind it. */
export interface EvidenceRows {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createEvidenceStore(rows: EvidenceRows): EvidenceWriter & ChallengeStore & ApprovalCounter {
  const { client, table } = rows;
  return {
    async putEvidence(evidence) {
      const writer = randomUUID();
      const Item = { ...evidenceItem(evidence), writer };
      const command = new PutCommand({ TableName: table, Item, ConditionExpression: IS_NEW });
      if ((await unlessRaced(() => client.send(command))) !== undefined) return true;
      return (await ownRow(rows, Item.pk, { writer })) !== undefined;
    },
    async openChallenge(terms) {
      const command = new PutCommand({ TableName: table, Item: challengeItem(terms) });
      await guarded('store_unavailable', () => client.send(command));
    },
    async useChallenge(nonce, now) {
      if (!isEvidenceId(nonce)) return undefined;
      const row = await useRow(rows, challengeKey(nonce), now);
      return row && readTerms(row);
    },
    async countApproval(person, at) {
      const bin = Math.floor(at.getTime() / 1000 / RATE_BIN_SECONDS);
      const counted = binsBefore(bin);
      const forgotten = binsBefore(bin - RATE_BINS);
      const command = new UpdateCommand({
        TableName: table,
        Key: { pk: rateKey(person) },
        UpdateExpression: `ADD ${binName(bin)} :one SET purgeAt = :purgeAt REMOVE ${forgotten.join(', ')}`,
        ExpressionAttributeValues: {
          ':one': 1,
          ':purgeAt': toEpochSeconds(addSeconds(at, RATE_KEPT_SECONDS)),
        },
        ReturnValues: 'ALL_NEW',
      });
      const answer = await guarded('store_unavailable', () => client.send(command));
      return counted.reduce((sum, name) => sum + Number(answer.Attributes?.[name] ?? 0), 0);
    },
  };
}

/** The names of a bin and those before it that make up an hour. */
function binsBefore(bin: number): string[] {
  return Array.from({ length: RATE_BINS }, (_, age) => binName(bin - age));
}

function binName(bin: number): string {
  return `bin${bin}`;
}

/** Reads evidence and people for a mint. @throws Refusal `store_unavailable` or `misconfigured`. */
export function createEvidenceReader(rows: EvidenceRows & { readonly peopleTable: string }): EvidenceReader {
  return {
    async readEvidence(evidenceIds, people) {
      // what no challenge ever had as its nonce is not there
      const evidenceKeys = keysOf(evidenceIds.filter(isEvidenceId).map(evidenceKey));
      const peopleKeys = keysOf(people.map(personKey));
      const items = await batchGet(rows.client, {
        ...(evidenceKeys.length > 0 && { [rows.table]: { Keys: evidenceKeys, ConsistentRead: true } }),
        ...(peopleKeys.length > 0 && { [rows.peopleTable]: { Keys: peopleKeys, ConsistentRead: true } }),
      });
      return {
        evidence: (items[rows.table] ?? []).map(readEvidenceItem),
        people: (items[rows.peopleTable] ?? []).map(readPerson),
      };
    },
  };
}

type Requested = NonNullable<BatchGetCommandInput['RequestItems']>;
type Items = Record<string, Record<string, unknown>[]>;

/** All of it or a refusal: half of the evidence would read as "not approved". */
async function batchGet(client: DynamoDBDocumentClient, requested: Requested): Promise<Items> {
  const found: Items = {};
  let left = requested;
  for (let attempt = 0; attempt < READ_TRIES; attempt += 1) {
    if (Object.keys(left).length === 0) return found;
    if (attempt > 0) await setTimeout(READ_PAUSE_MS * 2 ** attempt);
    const command = new BatchGetCommand({ RequestItems: left });
    const answer = await guarded('store_unavailable', () => client.send(command));
    for (const [table, rows] of Object.entries(answer.Responses ?? {})) {
      found[table] = [...(found[table] ?? []), ...rows];
    }
    left = answer.UnprocessedKeys ?? {};
  }
  if (Object.keys(left).length === 0) return found;
  throw new Refusal('store_unavailable', { detail: 'throttled' });
}

/** A key named twice is a malformed BatchGetItem. */
function keysOf(keys: readonly string[]): { pk: string }[] {
  return [...new Set(keys)].map((pk) => ({ pk }));
}
