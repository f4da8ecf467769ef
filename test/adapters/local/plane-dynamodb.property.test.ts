import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeaseCredentials } from '../../../src/core/model.ts';
import { ACCOUNT, type Fixture, policy, REGION, startFixture } from './plane-fixture.ts';

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/records`;
const NAMES = { '#c': 'customer', '#i': 'id', '#o': 'owner' };
const VALUES = { ':a': { S: 'anna' }, ':b': { S: 'bert' }, ':1': { S: '1' } };

// pieces of key conditions, right ones and wrong ones, put together at random
const operand = fc.constantFrom(
  '#c',
  '#i',
  '#o',
  'customer',
  'id',
  ':a',
  ':b',
  ':1',
  'customer.x',
  'size(#c)',
);
const comparison = fc
  .tuple(operand, fc.constantFrom('=', ' = ', '<', '>=', '<>', '=='), operand)
  .map((parts) => parts.join(''));
const call = fc.tuple(operand, operand).map(([one, two]) => `begins_with(${one}, ${two})`);
const between = fc
  .tuple(operand, operand, operand)
  .map(([one, two, three]) => `${one} BETWEEN ${two} AND ${three}`);
const sound = fc.constantFrom(
  '#i = :1',
  'begins_with(#i, :1)',
  '#i >= :1',
  '(#c = :a)',
  '#i BETWEEN :1 AND :a',
);
const term = fc.oneof({ weight: 4, arbitrary: comparison }, { weight: 3, arbitrary: sound }, call, between);
const wrapped = fc
  .tuple(term, fc.constantFrom('', '(', 'NOT '))
  .map(([text, wrap]) => (wrap === '(' ? `(${text})` : wrap + text));
const expression = fc
  .tuple(
    fc.constantFrom('', '#c = :a AND ', '#c = :b AND ', ':a = #c AND '),
    fc.array(wrapped, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(' AND ', ' OR ', ' and '),
  )
  .map(([start, terms, joint]) => start + terms.join(joint));

describe('key conditions at the local AWS plane', () => {
  let plane: Fixture;
  let anna: LeaseCredentials;

  beforeAll(async () => {
    plane = await startFixture();
    anna = await plane.assume(
      policy({
        Effect: 'Allow',
        Action: 'dynamodb:Query',
        Resource: TABLE,
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['anna'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
    for (const customer of ['anna', 'bert'])
      for (const id of ['1', '2'])
        await plane
          .dynamo(plane.operator)
          .send(
            new PutItemCommand({ TableName: 'records', Item: { customer: { S: customer }, id: { S: id } } }),
          );
  });
  afterAll(() => plane.close());

  it('whatever the expression, a query gives items of the leased key only [LOCAL-6]', async () => {
    const dynamo = plane.dynamo(anna);
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(expression, async (text) => {
        const used = (all: Record<string, unknown>) =>
          Object.fromEntries(Object.entries(all).filter(([name]) => text.includes(name)));
        const names = used(NAMES) as Record<string, string>;
        const values = used(VALUES) as typeof VALUES;
        const query = new QueryCommand({
          TableName: 'records',
          KeyConditionExpression: text,
          ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
          ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        });
        const answer = await dynamo.send(query).catch((error: Error) => {
          expect(['ValidationException', 'AccessDeniedException']).toContain(error.name);
          return undefined;
        });
        if (answer === undefined) return;
        answered += 1;
        for (const item of answer.Items ?? []) expect(item['customer']).toEqual({ S: 'anna' });
      }),
      { numRuns: 600, examples: [['#c = :a'], ['#c = :a AND #i = :1'], ['#c = :b OR #c = :a']] },
    );
    // otherwise it would have shown nothing
    expect(answered).toBeGreaterThan(3);
  });
});
