// Whoever runs as the function that settles kills, every minute and without anybody asking, writes a row of the registry
// that is not a kill's: an agent made active again, a workload bound to it, a switch lifted.

import { expect, test } from 'vitest';
import { deployedBy, stackOf } from '../support/stack.ts';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, readonly string[]>>;
}

const { of } = deployedBy(stackOf().stack);

const READS = ['dynamodb:Query', 'dynamodb:GetItem'];

/** Statements of a role that write items of the registry. */
function itemsOf(role: string): readonly Statement[] {
  const [[, policy] = []] = of('AWS::IAM::Policy').filter(([id]) => id.startsWith(role));
  const document = policy?.Properties['PolicyDocument'] as { Statement: Statement[] } | undefined;
  return (document?.Statement ?? []).filter(
    ({ Action, Resource }) =>
      JSON.stringify(Resource).includes('TablesRegistry') &&
      [Action].flat().some((action) => !READS.includes(action)),
  );
}

/** Whether one statement lets a write of this row pass. */
const passes = (row: string, role = 'SettleRole') =>
  itemsOf(role).some(({ Condition }) => {
    const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
    return keys === undefined || keys.some((key) => row.startsWith(key.replace(/\*$/, '')));
  });

test.each(['AGENT#billing-agent', 'WORKLOAD#https://issuer.example#me', 'STOP#everything'])(
  '[KILL-10] the function that settles kills does not write %s',
  (row) => expect(passes(row)).toBe(false),
);

test('[KILL-10] it writes kills and their lists', () => {
  expect(['KILL#1', 'KILLLIST#arn'].map((row) => passes(row))).toEqual([true, true]);
});

test('[KILL-10] the registry sync writes agents and workloads, no switch and nothing of a kill', () => {
  const reaches = (row: string) => passes(row, 'RegistrySyncRole');
  const rows = ['AGENT#a', 'WORKLOAD#i#s', 'CATALOG#agents', 'STOP#everything', 'KILL#1', 'KILLLIST#arn'];
  expect(rows.map(reaches)).toEqual([true, true, true, false, false, false]);
});
