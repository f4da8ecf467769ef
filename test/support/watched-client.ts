// A client that has the row before and after each of its writes, as a stream of both images does: what no event tells of
// them is remembered.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { auditSources } from '../../src/config/tables.ts';
import { untoldIn } from '../../src/core/audit/untold.ts';
import { SOURCE_TABLES } from './drain.ts';

type Sent = Parameters<DynamoDBDocumentClient['send']>[0];
type Row = Readonly<Record<string, AttributeValue>>;

/** The client, and what its writes changed without an event. */
export interface WatchedClient {
  readonly client: DynamoDBDocumentClient;
  readonly untold: string[];
  /** Writes that were looked at. */
  readonly writes: string[];
}

/** Writes one after the other: a write beside it would be taken for its own. */
export function watchedClient(client: DynamoDBDocumentClient): WatchedClient {
  const untold: string[] = [];
  const writes: string[] = [];
  let turn: Promise<unknown> = Promise.resolve();
  const rowAt = async (TableName: string, Key: Record<string, unknown>): Promise<Row | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return Item && marshall(Item, { removeUndefinedValues: true });
  };
  const send = (command: Sent) => {
    const input = command.input as {
      TableName?: string;
      Key?: Record<string, unknown>;
      Item?: Record<string, unknown>;
    };
    const source = (Object.keys(SOURCE_TABLES) as (keyof typeof SOURCE_TABLES)[]).find(
      (name) => SOURCE_TABLES[name] === input.TableName,
    );
    if (source === undefined || !/^(Put|Update|Delete)Command$/.test(command.constructor.name))
      return client.send(command);
    const name = auditSources[source];
    const key = String((input.Item ?? input.Key)?.[name]);
    const work = async () => {
      const before = await rowAt(SOURCE_TABLES[source], { [name]: key });
      try {
        return await client.send(command);
      } finally {
        const after = await rowAt(SOURCE_TABLES[source], { [name]: key });
        const found = untoldIn({ source, key, before, after, isByTimeToLive: false });
        writes.push(`${source}/${key}`);
        if (found) untold.push(`${source}/${key}: ${found.change} ${found.attributes.join(' ')}`);
      }
    };
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  const watched = new Proxy(client, {
    get: (target, property) => (property === 'send' ? send : Reflect.get(target, property)),
  });
  return { client: watched, untold, writes };
}
