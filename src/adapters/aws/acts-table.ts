// Challenges of administrative acts on DynamoDB, in rows of the evidence table: each is signed once, and one that was
// signed stays, with the signature and how it ended, as long as the evidence of decisions.

import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ActStore, KeptAct, SignedAct } from '../../core/people/act-ports.ts';
import type { ActTerms } from '../../core/people/act-text.ts';
import { ACT_NAMES } from '../../core/people/acts.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { REFUSALS, type RefusalCode } from '../../core/refusal.ts';
import { EVIDENCE_DAYS, isEvidenceId } from './evidence-item.ts';
import { guarded } from './faults.ts';
import { unlessRaced } from './grant-change.ts';
import { datesAsText, toEpochSeconds } from './grant-item.ts';
import { ownRow } from './once.ts';

/** A challenge that nobody answered stays this long after it is worth nothing. */
const CHALLENGE_KEPT_SECONDS = 3600;

const time = z.iso.datetime().transform((text) => new Date(text));

const termsSchema = z.object({
  act: z.enum(ACT_NAMES),
  target: z.string(),
  reason: z.string(),
  details: z.record(z.string(), z.unknown()).exactOptional(),
  actor: z.object({ issuer: z.string(), subject: z.string() }),
  nonce: z.string(),
  expiresAt: time,
});

const signedSchema = z.object({
  assertion: z.object({
    credentialId: z.string(),
    authenticatorData: z.string(),
    clientDataJSON: z.string(),
    signature: z.string(),
  }),
  signedAt: time,
  requestId: z.string(),
});

const outcomeSchema = z.union([
  z.strictObject({ result: z.string() }),
  z.strictObject({
    refused: z.custom<RefusalCode>((value) => typeof value === 'string' && Object.hasOwn(REFUSALS, value)),
    members: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);

/** Of two answers to one challenge one counts, and none once it is too old. */
const IS_UNUSED = 'attribute_exists(pk) AND attribute_not_exists(usedBy) AND expiresAt > :signedAt';
/** How it ended is said once, and only of what was signed. */
const IS_OPEN = 'attribute_exists(usedBy) AND attribute_not_exists(outcome)';

/** Where they are. */
interface ActRows {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createActStore(rows: ActRows): ActStore {
  const { client, table: TableName } = rows;
  return {
    async openAct(terms) {
      const command = new PutCommand({ TableName, Item: actItem(terms) });
      await guarded('store_unavailable', () => client.send(command));
    },
    async findAct(nonce) {
      if (!isEvidenceId(nonce)) return undefined;
      const row = await ownRow(rows, actKey(nonce), {});
      return row && readKept(row);
    },
    async signAct(nonce, signed) {
      if (!isEvidenceId(nonce)) return false;
      // the SDK repeats a write whose answer got lost: the mark tells our own from another's
      const usedBy = randomUUID();
      const command = signing(TableName, { nonce, signed, usedBy });
      if ((await unlessRaced(() => client.send(command))) !== undefined) return true;
      return (await ownRow(rows, actKey(nonce), { usedBy })) !== undefined;
    },
    async endAct(nonce, outcome) {
      const command = new UpdateCommand({
        TableName,
        Key: { pk: actKey(nonce) },
        UpdateExpression: 'SET outcome = :outcome',
        ConditionExpression: IS_OPEN,
        ExpressionAttributeValues: { ':outcome': outcome },
      });
      await unlessRaced(() => client.send(command));
    },
  };
}

interface Signing {
  readonly nonce: string;
  readonly signed: SignedAct;
  readonly usedBy: string;
}

function signing(TableName: string, { nonce, signed, usedBy }: Signing): UpdateCommand {
  const { assertion, signedAt, requestId } = signed;
  return new UpdateCommand({
    TableName,
    Key: { pk: actKey(nonce) },
    UpdateExpression:
      'SET usedBy = :usedBy, #assertion = :assertion, signedAt = :signedAt, requestId = :requestId, purgeAt = :purgeAt',
    ConditionExpression: IS_UNUSED,
    ExpressionAttributeNames: { '#assertion': 'assertion' },
    ExpressionAttributeValues: {
      ':usedBy': usedBy,
      ':assertion': assertion,
      ':signedAt': signedAt.toISOString(),
      ':requestId': requestId,
      ':purgeAt': toEpochSeconds(addSeconds(signedAt, EVIDENCE_DAYS * 86_400)),
    },
  });
}

function actItem(terms: ActTerms): Record<string, unknown> {
  return {
    pk: actKey(terms.nonce),
    ...(datesAsText(terms) as Record<string, unknown>),
    purgeAt: toEpochSeconds(addSeconds(terms.expiresAt, CHALLENGE_KEPT_SECONDS)),
  };
}

/** @throws Error when the row is not an act. */
function readKept(row: Record<string, unknown>): KeptAct {
  return {
    terms: termsSchema.parse(row),
    ...(row['usedBy'] !== undefined && { signed: signedSchema.parse(row) }),
    ...(row['outcome'] !== undefined && { outcome: outcomeSchema.parse(row['outcome']) }),
  };
}

function actKey(nonce: string): string {
  return `ACT#${nonce}`;
}
