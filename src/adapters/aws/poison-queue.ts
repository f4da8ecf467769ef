// Changes that could not be read wait in a queue until a release can read them; then they are taken back one by one.

import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { Poison, PoisonQueue } from '../../core/audit/ports.ts';

const poisonSchema = z.strictObject({
  source: z.string(),
  key: z.string(),
  why: z.string(),
  image: z.string(),
});
/** Most messages of one answer. */
const MAX_RECEIVED = 10;

/** What takes changes back. */
export interface PoisonReader {
  /** Hands what was set aside before `before` to `work`, each until it is done. @returns how many */
  take(before: Date, work: (poison: Poison) => Promise<void>): Promise<number>;
}

/** @throws Error of the SDK */
export function createPoisonQueue({
  client,
  url: QueueUrl,
}: {
  readonly client: SQSClient;
  readonly url: string;
}): PoisonQueue & PoisonReader {
  return {
    async put(poison) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(poison) }));
    },
    async take(before, work) {
      for (let taken = 0; ; ) {
        const command = new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: MAX_RECEIVED,
          MessageSystemAttributeNames: ['SentTimestamp'],
        });
        const { Messages = [] } = await client.send(command);
        // what is still not readable comes back newer: it is not taken a second time
        const old = Messages.filter(
          ({ Attributes }) => Number(Attributes?.['SentTimestamp']) < before.getTime(),
        );
        for (const { Body = '', ReceiptHandle } of old) {
          await work(poisonSchema.parse(JSON.parse(Body)));
          await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        taken += old.length;
        if (old.length === 0) return taken;
      }
    },
  };
}
