// Proofs of offboardings as rows of the registry, `PROOF#<agent>`: the watch first, then once and for good the proof.

import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ProofBook } from '../../core/offboard/ports.ts';
import { conditionFailed, guarded } from './faults.ts';
import { writeEvent } from './grant-item.ts';

/** A watch begins once: a later one would shorten nothing, and an attacker's earlier one must not replace it. */
const IS_NEW = 'attribute_not_exists(pk)';
/** One proof for an agent, whoever was faster. */
const IS_UNPROVEN = 'attribute_exists(pk) AND attribute_not_exists(#document)';

const rowSchema = z.object({
  agent: z.string(),
  seenAt: z.iso.datetime().transform((text) => new Date(text)),
  longestLeaseSeconds: z.number(),
  document: z.string().exactOptional(),
});

interface Options {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createProofBook({ client, table: TableName }: Options): ProofBook {
  const keyOf = (agent: string) => ({ pk: `PROOF#${agent}` });
  return {
    async read(agent) {
      const command = new GetCommand({ TableName, Key: keyOf(agent), ConsistentRead: true });
      const { Item } = await guarded('store_unavailable', () => client.send(command));
      if (Item === undefined) return undefined;
      const { document, ...watch } = rowSchema.parse(Item);
      return { watch, ...(document !== undefined && { document }) };
    },
    async begin({ agent, seenAt, longestLeaseSeconds }) {
      const Item = { ...keyOf(agent), agent, seenAt: seenAt.toISOString(), longestLeaseSeconds };
      await once(() => client.send(new PutCommand({ TableName, Item, ConditionExpression: IS_NEW })));
    },
    store(agent, document, event) {
      const command = new UpdateCommand({
        TableName,
        Key: keyOf(agent),
        UpdateExpression: 'SET #document = :document, #event = :event ADD eventNumber :one',
        ConditionExpression: IS_UNPROVEN,
        ExpressionAttributeNames: { '#document': 'document', '#event': 'event' },
        ExpressionAttributeValues: { ':document': document, ':event': writeEvent(event), ':one': 1 },
      });
      return once(() => client.send(command));
    },
  };
}

/** @returns false when the condition was false. */
async function once(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await guarded('store_unavailable', call);
    return true;
  } catch (error) {
    if (conditionFailed(error)) return false;
    throw error;
  }
}
