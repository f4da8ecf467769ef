// Challenges of administrative acts on DynamoDB, in rows of the evidence table: each is used once, and one that was
// signed stays, with the signature, as long as the evidence of decisions.

import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { ActStore } from '../../core/people/act-ports.ts';
import type { ActTerms } from '../../core/people/act-text.ts';
import { ACT_NAMES } from '../../core/people/acts.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { EVIDENCE_DAYS, isEvidenceId } from './evidence-item.ts';
import { guarded } from './faults.ts';
import { datesAsText, toEpochSeconds } from './grant-item.ts';
import { useRow } from './once.ts';

/** A challenge that nobody answered stays this long after it is worth nothing. */
const CHALLENGE_KEPT_SECONDS = 3600;

const termsSchema = z.object({
  act: z.enum(ACT_NAMES),
  target: z.string(),
  reason: z.string(),
  details: z.record(z.string(), z.unknown()).exactOptional(),
  actor: z.object({ issuer: z.string(), subject: z.string() }),
  nonce: z.string(),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)),
});

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
    async useAct(nonce, now) {
      if (!isEvidenceId(nonce)) return undefined;
      const row = await useRow(rows, actKey(nonce), now);
      return row && termsSchema.parse(row);
    },
    async keepAct(nonce, { assertion, signedAt, requestId }) {
      const command = new UpdateCommand({
        TableName,
        Key: { pk: actKey(nonce) },
        UpdateExpression:
          'SET #assertion = :assertion, signedAt = :at, requestId = :request, purgeAt = :purgeAt',
        ConditionExpression: 'attribute_exists(usedBy)',
        ExpressionAttributeNames: { '#assertion': 'assertion' },
        ExpressionAttributeValues: {
          ':assertion': assertion,
          ':at': signedAt.toISOString(),
          ':request': requestId,
          ':purgeAt': toEpochSeconds(addSeconds(signedAt, EVIDENCE_DAYS * 86_400)),
        },
      });
      await guarded('store_unavailable', () => client.send(command));
    },
  };
}

function actItem(terms: ActTerms): Record<string, unknown> {
  return {
    pk: actKey(terms.nonce),
    ...(datesAsText(terms) as Record<string, unknown>),
    purgeAt: toEpochSeconds(addSeconds(terms.expiresAt, CHALLENGE_KEPT_SECONDS)),
  };
}

function actKey(nonce: string): string {
  return `ACT#${nonce}`;
}
