// The replay ledger on DynamoDB: one conditional write per showing. The key is a hash over issuer and assertion id,
// so that neither length nor characters of a hostile id matter.

import { createHash, randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { GrantId } from '../../core/model.ts';
import type { ReplayLedger, Showing, ShowingResult } from '../../core/ports.ts';
import { Refusal } from '../../core/refusal.ts';
import { conditionFailed, guarded } from './faults.ts';
import { toEpochSeconds } from './grant-item.ts';

/** Single use: of two showings one writes the row. */
const IS_FIRST = 'attribute_not_exists(pk)';
/** Bound: whoever shows it again shows what it is bound to. */
const IS_BOUND_TO_SAME = 'boundTo = :boundTo';
/** A DPoP proof counts once. */
const PROOF_IS_NEW = '(attribute_not_exists(proofs) OR NOT contains(proofs, :proofId))';

const rowSchema = z.object({ requestHash: z.string(), grantId: z.string(), writer: z.string() });

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createReplayLedger(options: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): ReplayLedger {
  const { client, table } = options;

  /** Who was first: another showing, or this very write, repeated by the SDK after its answer got lost. */
  async function first(pk: string, writer: string): Promise<ShowingResult> {
    const command = new GetCommand({ TableName: table, Key: { pk }, ConsistentRead: true });
    const { Item } = await guarded('store_unavailable', () => client.send(command));
    // purged between our write and this read: it existed, so this was not the first showing
    if (Item === undefined) throw new Refusal('store_unavailable', { detail: 'replay row gone' });
    const row = rowSchema.parse(Item);
    if (row.writer === writer) return { kind: 'first' };
    return { kind: 'refused', requestHash: row.requestHash, grantId: row.grantId as GrantId };
  }

  return {
    async record(showing) {
      const pk = keyOf(showing);
      const writer = randomUUID();
      try {
        const answer = await guarded('store_unavailable', () =>
          client.send(recording({ table, pk, writer }, showing)),
        );
        return { kind: answer.Attributes === undefined ? 'first' : 'again' };
      } catch (error) {
        if (conditionFailed(error)) return first(pk, writer);
        throw error;
      }
    },
  };
}

function keyOf({ issuer, assertionId }: Showing): string {
  return `ASSERTION#${createHash('sha256')
    .update(JSON.stringify([issuer, assertionId]))
    .digest('base64url')}`;
}

function recording(
  { table, pk, writer }: { readonly table: string; readonly pk: string; readonly writer: string },
  showing: Showing,
): UpdateCommand {
  const { boundTo, proofId } = showing;
  return new UpdateCommand({
    TableName: table,
    Key: { pk },
    // the first showing's request and grant stay; a retry is compared with them
    UpdateExpression: [
      'SET requestHash = if_not_exists(requestHash, :requestHash)',
      'grantId = if_not_exists(grantId, :grantId)',
      'issuer = if_not_exists(issuer, :issuer)',
      'writer = if_not_exists(writer, :writer)',
      'purgeAt = :purgeAt',
      ...(boundTo === undefined ? [] : ['boundTo = if_not_exists(boundTo, :boundTo)']),
    ]
      .join(', ')
      .concat(proofId === undefined ? '' : ' ADD proofs :proofIds'),
    ConditionExpression: conditionFor(showing),
    ExpressionAttributeValues: {
      ':requestHash': showing.requestHash,
      ':grantId': showing.grantId,
      ':issuer': showing.issuer,
      ':writer': writer,
      ':purgeAt': toEpochSeconds(showing.keepUntil),
      ...(boundTo !== undefined && { ':boundTo': boundTo }),
      ...(proofId !== undefined && { ':proofIds': new Set([proofId]), ':proofId': proofId }),
    },
    ReturnValues: 'ALL_OLD',
  });
}

function conditionFor({ boundTo, proofId }: Showing): string {
  if (boundTo === undefined) return IS_FIRST;
  const again = proofId === undefined ? IS_BOUND_TO_SAME : `${IS_BOUND_TO_SAME} AND ${PROOF_IS_NEW}`;
  return `${IS_FIRST} OR (${again})`;
}
