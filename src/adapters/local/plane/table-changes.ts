// What DynamoDB Streams (NEW_IMAGE) tell on AWS: the row after each of its changes, in their order. The image comes from
// the write itself, and writes of one row wait for each other, so none is left out or comes before an earlier one.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoEngine, EngineAnswer } from './dynamodb-engine.ts';

/** A row after a change: the attributes that were asked for and no others. */
export interface RowChange {
  readonly key: string;
  readonly image: Readonly<Record<string, unknown>>;
}

/** Hears of the changes of a table. It must not throw, and whoever writes does not wait for it. */
export interface TableWatcher {
  /** Attributes of the image. */
  readonly attributes: readonly string[];
  /** Table's partition key; watched tables have no sort key. */
  readonly key: string;
  tell(change: RowChange): void;
}

type Json = Readonly<Record<string, unknown>>;
type Item = Record<string, AttributeValue>;

/** The tables that somebody watches. */
export class TableChanges {
  readonly #watchers = new Map<string, TableWatcher>();
  /** The newest write of each row that is being written. */
  readonly #turns = new Map<string, Promise<unknown>>();

  /** One watcher a table. */
  watch(table: string, watcher: TableWatcher): void {
    this.#watchers.set(table, watcher);
  }

  /** Runs an operation that was authorized. Functions write by PutItem and UpdateItem, which are what is told. */
  async run(engine: DynamoEngine, operation: string, input: Json): Promise<EngineAnswer> {
    const table = String(input['TableName']);
    const watcher = this.#watchers.get(table);
    if (watcher === undefined || (operation !== 'PutItem' && operation !== 'UpdateItem'))
      return engine.run(operation, JSON.stringify(input));
    const key = keyIn(input, watcher);
    return this.#inTurn(`${table}/${key}`, async () => {
      const written = await write(engine, operation, input);
      if (written.image !== undefined) watcher.tell({ key, image: pick(written.image, watcher.attributes) });
      return written.answer;
    });
  }

  async #inTurn<Result>(row: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(row) ?? Promise.resolve()).then(work);
    const ended = turn.catch(() => undefined);
    this.#turns.set(row, ended);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(row) === ended) this.#turns.delete(row);
    }
  }
}

interface Written {
  readonly answer: EngineAnswer;
  /** Absent when nothing was written. */
  readonly image?: Item;
}

async function write(engine: DynamoEngine, operation: string, input: Json): Promise<Written> {
  if (operation === 'PutItem') {
    const answer = await engine.run(operation, JSON.stringify(input));
    return answer.status === 200 ? { answer, image: input['Item'] as Item } : { answer };
  }
  const asked = input['ReturnValues'] ?? 'NONE';
  if (asked !== 'NONE' && asked !== 'ALL_NEW') return updateAndRead(engine, input);
  const answer = await engine.run(operation, JSON.stringify({ ...input, ReturnValues: 'ALL_NEW' }));
  if (answer.status !== 200) return { answer };
  const { Attributes: image = {}, ...rest } = JSON.parse(answer.body) as { Attributes?: Item };
  // the caller gets what it asked for; the checksum was that of the other body
  return {
    image,
    answer: asked === 'ALL_NEW' ? answer : { status: 200, headers: {}, body: JSON.stringify(rest) },
  };
}

async function updateAndRead(engine: DynamoEngine, input: Json): Promise<Written> {
  const answer = await engine.run('UpdateItem', JSON.stringify(input));
  if (answer.status !== 200) return { answer };
  const { TableName, Key } = input;
  const found = await engine.run('GetItem', JSON.stringify({ TableName, Key, ConsistentRead: true }));
  return { answer, image: (JSON.parse(found.body) as { Item?: Item }).Item ?? {} };
}

function keyIn(input: Json, { key }: TableWatcher): string {
  const named = (input['Item'] ?? input['Key']) as Item | undefined;
  return String(named?.[key]?.S);
}

function pick(image: Item, attributes: readonly string[]): Record<string, unknown> {
  return unmarshall(Object.fromEntries(Object.entries(image).filter(([name]) => attributes.includes(name))));
}
