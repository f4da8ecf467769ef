// The one queue of what the trail could not take: changes that nobody can read, which we put there ourselves, and batches
// that Lambda gave up, of which it keeps no content but the place in their stream. Both wait here for a redrive.

import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { auditSources } from '../../config/tables.ts';
import type { RowImage } from '../../core/audit/from-row.ts';
import type { PoisonQueue } from '../../core/audit/ports.ts';
import { readPicked } from './stream-rows.ts';
import type { StreamPlace } from './table-streams.ts';

const sequenceNumber = z.string().regex(/^[0-9]{1,64}$/);
const sources = z.enum(Object.keys(auditSources) as (keyof typeof auditSources)[]);

const poisonSchema = z.strictObject({
  source: sources,
  key: z.string(),
  why: z.string(),
  /** The picked attributes in the form of the wire. */
  image: z.string(),
});
/** Lambda's record of an on-failure destination. */
const givenUpSchema = z.object({
  DDBStreamBatchInfo: z.object({
    streamArn: z.string(),
    shardId: z.string(),
    startSequenceNumber: sequenceNumber,
    endSequenceNumber: sequenceNumber,
  }),
});

/** What waits: a row that could not be read, a place in a stream, or something else that somebody has put there. */
export type DeadLetter =
  | { readonly kind: 'row'; readonly row: RowImage }
  | { readonly kind: 'batch'; readonly place: StreamPlace }
  | { readonly kind: 'unknown' };

/** A letter in hand; nobody else sees it meanwhile. */
export interface HeldLetter {
  readonly letter: DeadLetter;
  /** It is in the trail. */
  remove(): Promise<void>;
  /** Somebody else may try. */
  putBack(): Promise<void>;
}

/** The queue, for whoever puts letters in and takes them out. */
export interface DeadLetters extends PoisonQueue {
  /** Up to `most` letters, of ten at most; none when the queue has no more. */
  receive(most: number): Promise<readonly HeldLetter[]>;
}

/** SQS takes a little more. */
const MAX_IMAGE_BYTES = 200 * 1024;
/** Longer than a redrive runs: no letter comes twice in one. */
const HELD_SECONDS = 900;
/** Without waiting, SQS asks only some of its hosts. */
const WAIT_SECONDS = 1;
const MAX_RECEIVED = 10;

interface Queue {
  readonly client: SQSClient;
  readonly url: string;
}

/** @throws Error of the SDK from every call */
export function createDeadLetters(queue: Queue): DeadLetters {
  const { client, url: QueueUrl } = queue;
  return {
    async put(poison) {
      // an event of that size is none of ours; the trail has the hash of all of it
      const image = Buffer.byteLength(poison.image) > MAX_IMAGE_BYTES ? '' : poison.image;
      await client.send(
        new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ ...poison, image }) }),
      );
    },
    async receive(most) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(most, MAX_RECEIVED),
        VisibilityTimeout: HELD_SECONDS,
        WaitTimeSeconds: WAIT_SECONDS,
      });
      const { Messages = [] } = await client.send(command);
      return Messages.map((message) => hold(queue, message));
    },
  };
}

function hold({ client, url: QueueUrl }: Queue, { Body = '', ReceiptHandle }: Message): HeldLetter {
  return {
    letter: readLetter(Body),
    async remove() {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async putBack() {
      const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      await client.send(command);
    },
  };
}

function readLetter(body: string): DeadLetter {
  const value = parse(body);
  const givenUp = givenUpSchema.safeParse(value);
  if (givenUp.success) {
    const { streamArn, shardId, startSequenceNumber, endSequenceNumber } = givenUp.data.DDBStreamBatchInfo;
    return { kind: 'batch', place: { streamArn, shardId, from: startSequenceNumber, to: endSequenceNumber } };
  }
  const poison = poisonSchema.safeParse(value);
  if (!poison.success) return { kind: 'unknown' };
  const { source, key, image: raw } = poison.data;
  const { image } = readPicked(raw);
  // what was too long to keep, or was never an event
  if (image['event'] === undefined) return { kind: 'unknown' };
  return { kind: 'row', row: { source, key, image, raw, isRecovered: true } };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // the error would quote the text
    return undefined;
  }
}
