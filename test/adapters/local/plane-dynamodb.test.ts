import {
  BatchGetItemCommand,
  CreateTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeaseCredentials } from '../../../src/core/model.ts';
import { ACCOUNT, type Fixture, policy, REGION, startFixture } from './plane-fixture.ts';

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/records`;
const onlyAnna = policy({
  Effect: 'Allow',
  Action: [
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:BatchGetItem',
    'dynamodb:Scan',
  ],
  Resource: [TABLE, `${TABLE}/index/byOwner`],
  Condition: {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['anna'] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  },
});
const key = (customer: string) => ({ customer: { S: customer }, id: { S: '1' } });

describe('DynamoDB of the local AWS plane', () => {
  let plane: Fixture;
  let anna: LeaseCredentials;

  beforeAll(async () => {
    plane = await startFixture();
    anna = await plane.assume(onlyAnna);
    for (const customer of ['anna', 'bert'])
      await plane.dynamo(plane.operator).send(
        new PutItemCommand({
          TableName: 'records',
          Item: { ...key(customer), owner: { S: `owner of ${customer}` } },
        }),
      );
  });
  afterAll(() => plane.close());

  it('gives items of the leading key that the lease names [LOCAL-5]', async () => {
    const dynamo = plane.dynamo(anna);
    const got = await dynamo.send(new GetItemCommand({ TableName: 'records', Key: key('anna') }));
    expect(got.Item?.['owner']).toEqual({ S: 'owner of anna' });
    const found = await dynamo.send(
      new QueryCommand({
        TableName: 'records',
        KeyConditionExpression: '#c = :c AND begins_with(id, :i)',
        ExpressionAttributeNames: { '#c': 'customer' },
        ExpressionAttributeValues: { ':c': { S: 'anna' }, ':i': { S: '' + '1' } },
      }),
    );
    expect(found.Count).toBe(1);
  });

  it.each([
    ['another key', new GetItemCommand({ TableName: 'records', Key: key('bert') })],
    ['a write of another key', new PutItemCommand({ TableName: 'records', Item: key('bert') })],
    [
      'a batch that holds another key',
      new BatchGetItemCommand({ RequestItems: { records: { Keys: [key('anna'), key('bert')] } } }),
    ],
    ['a scan, which names no key', new ScanCommand({ TableName: 'records' })],
    [
      'a query of another key',
      new QueryCommand({
        TableName: 'records',
        KeyConditionExpression: 'customer = :c',
        ExpressionAttributeValues: { ':c': { S: 'bert' } },
      }),
    ],
    [
      'a query of an index, whose leading key is another attribute',
      new QueryCommand({
        TableName: 'records',
        IndexName: 'byOwner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'owner of bert' } },
      }),
    ],
    ['a table that does not exist', new GetItemCommand({ TableName: 'nothing', Key: key('anna') })],
    ['the list of tables', new ListTablesCommand({})],
    [
      'making a table',
      new CreateTableCommand({
        TableName: 'mine',
        KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    ],
  ])('denies %s [LOCAL-6]', async (_, command) => {
    await expect(plane.dynamo(anna).send(command as GetItemCommand)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: dynamodb:'),
    });
  });

  it('refuses a key condition that says the partition key twice, so that none can be passed off as the other', async () => {
    const attempt = plane.dynamo(anna).send(
      new QueryCommand({
        TableName: 'records',
        KeyConditionExpression: 'customer = :a AND customer = :b',
        ExpressionAttributeValues: { ':a': { S: 'anna' }, ':b': { S: 'bert' } },
      }),
    );
    await expect(attempt).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('runs no operation that it cannot authorize', async () => {
    const attempt = plane.dynamo(plane.operator).send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: 'records', Item: key('bert') } }],
      }),
    );
    await expect(attempt).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  it('keeps conditions of the real engine', async () => {
    const again = new PutItemCommand({
      TableName: 'records',
      Item: key('anna'),
      ConditionExpression: 'attribute_not_exists(customer)',
    });
    await expect(plane.dynamo(anna).send(again)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });
});
