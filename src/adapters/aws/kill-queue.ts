// Tells the writer of kill lists which role to look at: one FIFO queue, one message group a role, so that no two runs
// write one role at a time.

import { createHash, randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { KillQueue } from '../../core/kill/ports.ts';
import type { RoleArn } from '../../core/model.ts';
import { guarded } from './faults.ts';

const messageSchema = z.strictObject({
  role: z.string().regex(/^arn:[a-z-]+:iam::[0-9]{12}:role\/remit\/[\w+=,.@-]{1,64}$/),
});

/** @throws Refusal `store_unavailable` or `misconfigured` from every call. */
export function createKillQueue(options: { readonly client: SQSClient; readonly url: string }): KillQueue {
  return {
    async send(role) {
      const command = new SendMessageCommand({
        QueueUrl: options.url,
        MessageBody: JSON.stringify({ role }),
        MessageGroupId: createHash('sha256').update(role).digest('hex'),
        // two kills of one minute are two messages: the second may have added what the first run did not see
        MessageDeduplicationId: randomUUID(),
      });
      await guarded('store_unavailable', () => options.client.send(command));
    },
  };
}

/** The role that a message is about. @throws Error for anything else. */
export function readKillMessage(body: string): RoleArn {
  return messageSchema.parse(JSON.parse(body)).role as RoleArn;
}
