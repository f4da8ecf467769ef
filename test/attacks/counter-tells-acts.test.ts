// Whoever runs as a function that counts refusals writes another row of the outbox, and so tells an act that nobody did.

import { expect, test } from 'vitest';
import { deployedBy, stackOf } from '../support/stack.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const { of } = deployedBy(stackOf().stack);

/** Statements of a role on items of the outbox. */
function onOutbox(role: string): readonly Statement[] {
  const [[, policy] = []] = of('AWS::IAM::Policy').filter(([id]) => id.startsWith(role));
  const document = policy?.Properties['PolicyDocument'] as { Statement: Statement[] } | undefined;
  return (document?.Statement ?? []).filter(({ Resource }) =>
    JSON.stringify(Resource).includes('TablesOutbox'),
  );
}

test.each(['Token', 'Grants', 'Approvals', 'Passkeys', 'Views', 'Questions', 'Admin', 'PeopleAdmin'])(
  '[AUDIT-44] %s counts refusals, and writes no other row',
  (entry) => {
    expect(onOutbox(`${entry}Role`)).toMatchObject([
      {
        Action: 'dynamodb:UpdateItem',
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['COUNT#*'] },
          // ForAllValues alone also holds for a request without a key
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      },
    ]);
  },
);

test('[AUDIT-44] nobody else writes the outbox', () => {
  const writers = of('AWS::IAM::Policy').filter(([, { Properties }]) => {
    const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] };
    return Statement.some(
      ({ Action, Resource }) =>
        /dynamodb:(Put|Update|Delete|Batch)/.test(JSON.stringify(Action)) &&
        JSON.stringify(Resource).includes('TablesOutbox'),
    );
  });
  expect(writers).toHaveLength(8);
});
