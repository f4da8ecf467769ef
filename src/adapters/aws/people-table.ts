// People with their passkeys on DynamoDB: one row a person, written whole against its version; one row a credential id,
// which is one person's for ever; and challenges that are used once. One function writes here.

import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { peopleTable } from '../../config/tables.ts';
import type { PeopleReader } from '../../core/approve/ports.ts';
import type { PasskeyChallenge, PasskeyChallengeStore, PeopleStore } from '../../core/people/ports.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { isEvidenceId } from './evidence-item.ts';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';
import { datesAsText, toEpochSeconds } from './grant-item.ts';
import { useRow } from './once.ts';
import { personKey, readPerson, WAITING, writePerson } from './person-item.ts';

/** A person's first row. */
const IS_NEW = 'attribute_not_exists(pk)';
/** Of two changes of one person's passkeys the second sees the first. */
const IS_AS_SEEN = 'version = :seen';
/** A credential id is one person's, also once it was removed. */
const IS_NEW_OR_OWN = 'attribute_not_exists(pk) OR (issuer = :issuer AND subject = :subject)';

/** A challenge's row stays this long after it is worth nothing. */
const CHALLENGE_KEPT_SECONDS = 3600;

const personSchema = z.object({ issuer: z.string(), subject: z.string() });
const ofSomebody = { of: personSchema, credentialId: z.string(), reason: z.string().exactOptional() };
const challengeSchema = z.object({
  nonce: z.string(),
  person: personSchema,
  terms: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('enrol'), label: z.string() }),
    z.object({ kind: z.literal('confirm'), ...ofSomebody }),
    z.object({ kind: z.literal('remove'), ...ofSomebody }),
  ]),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)),
});

/** Where people are. */
export interface PeopleRows {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** Reads people. @throws Refusal `store_unavailable` or `misconfigured` */
export function createPeopleReader({ client, table }: PeopleRows): PeopleReader {
  return {
    async findPerson(person) {
      const command = new GetCommand({
        TableName: table,
        Key: { pk: personKey(person) },
        ConsistentRead: true,
      });
      const { Item } = await guarded('store_unavailable', () => client.send(command));
      return Item && readPerson(Item);
    },
  };
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createPeopleStore(rows: PeopleRows): PeopleStore & PasskeyChallengeStore {
  const { client, table } = rows;
  return {
    ...createPeopleReader(rows),
    async putPerson(record, event) {
      const isFirst = record.version === 1;
      const command = new PutCommand({
        TableName: table,
        Item: writePerson(record, event),
        ConditionExpression: isFirst ? IS_NEW : IS_AS_SEEN,
        ...(!isFirst && { ExpressionAttributeValues: { ':seen': record.version - 1 } }),
      });
      return (await unlessRaced(() => client.send(command))) !== undefined;
    },
    async claimCredential(credentialId, { issuer, subject }) {
      const command = new PutCommand({
        TableName: table,
        Item: { pk: `CREDENTIAL#${credentialId}`, issuer, subject },
        ConditionExpression: IS_NEW_OR_OWN,
        ExpressionAttributeValues: { ':issuer': issuer, ':subject': subject },
      });
      return (await unlessRaced(() => client.send(command))) !== undefined;
    },
    async listWaiting(limit, since) {
      const { name, partitionKey, sortKey } = peopleTable.indexes.waiting;
      const command = new QueryCommand({
        TableName: table,
        IndexName: name,
        KeyConditionExpression: '#waiting = :waiting AND #since >= :since',
        ExpressionAttributeNames: { '#waiting': partitionKey, '#since': sortKey },
        ExpressionAttributeValues: { ':waiting': WAITING, ':since': since.toISOString() },
        ScanIndexForward: false,
        Limit: limit,
      });
      const { Items = [] } = await guarded('store_unavailable', () => client.send(command));
      return Items.map(readPerson);
    },
    async openPasskeyChallenge(challenge) {
      const command = new PutCommand({ TableName: table, Item: challengeItem(challenge) });
      await guarded('store_unavailable', () => client.send(command));
    },
    async usePasskeyChallenge(nonce, now) {
      if (!isEvidenceId(nonce)) return undefined;
      const row = await useRow(rows, challengeKey(nonce), now);
      return row && challengeSchema.parse(row);
    },
  };
}

function challengeItem(challenge: PasskeyChallenge): Record<string, unknown> {
  return {
    pk: challengeKey(challenge.nonce),
    ...(datesAsText(challenge) as Record<string, unknown>),
    purgeAt: toEpochSeconds(addSeconds(challenge.expiresAt, CHALLENGE_KEPT_SECONDS)),
  };
}

function challengeKey(nonce: string): string {
  return `CHALLENGE#${nonce}`;
}
