// Whoever runs as a function that takes people's orders writes a proof or begins its wait earlier; somebody of the
// account signs one with the key; the maker of proofs changes what it looks at.

import { expect, test } from 'vitest';
import { deployedBy, stackOf } from '../support/stack.ts';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const { of } = deployedBy(stackOf().stack);

function statementsOf(role: string): readonly Statement[] {
  const [[, policy] = []] = of('AWS::IAM::Policy').filter(([id]) => id.startsWith(role));
  return (policy?.Properties['PolicyDocument'] as { Statement: Statement[] } | undefined)?.Statement ?? [];
}

const writes = /dynamodb:(Put|Update|Delete)Item/;

/** Whether a statement of the role lets it write this row of the registry. */
const mayWrite = (role: string, row: string) =>
  statementsOf(role)
    .filter(({ Action, Resource }) => {
      return writes.test(JSON.stringify(Action)) && JSON.stringify(Resource).includes('TablesRegistry');
    })
    .some(({ Condition }) => {
      const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] as string[] | undefined;
      return keys === undefined || keys.some((key) => row.startsWith(key.replace(/\*$/, '')));
    });

test.each(['AdminRole', 'PeopleAdminRole', 'SettleRole', 'KillListRole'])(
  '[OFF-10] %s writes no proof and begins none',
  (role) => {
    expect(statementsOf(role).length).toBeGreaterThan(0);
    expect(mayWrite(role, 'PROOF#billing-agent')).toBe(false);
    expect(JSON.stringify(statementsOf(role))).not.toContain('kms:Sign');
  },
);

test('[OFF-10] the maker of proofs writes its own rows, and nothing that it looks at', () => {
  expect(mayWrite('OffboardingRole', 'PROOF#billing-agent')).toBe(true);
  for (const row of ['AGENT#a', 'WORKLOAD#https://issuer.example#me', 'KILLLIST#arn', 'STOP#everything'])
    expect(mayWrite('OffboardingRole', row)).toBe(false);
  const grants = statementsOf('OffboardingRole').filter(({ Resource }) =>
    JSON.stringify(Resource).includes('TablesGrants'),
  );
  expect(JSON.stringify(grants)).not.toMatch(writes);
});

test('[OFF-10] the key denies its use to everybody but the maker of proofs, is handed on by no grant, and stays when the stack goes', () => {
  const keys = of('AWS::KMS::Key').filter(([id]) => id.startsWith('ProofKey'));
  expect(keys).toHaveLength(1);
  const [[, key] = []] = keys;
  expect(key?.DeletionPolicy).toBe('Retain');
  expect(key?.Properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const policy = key?.Properties['KeyPolicy'] as { Statement: Statement[] } | undefined;
  const deny = policy?.Statement.find(({ Sid }) => Sid === 'NobodyElseSigns');
  expect(deny).toMatchObject({ Effect: 'Deny', Action: 'kms:Sign', Principal: { AWS: '*' } });
  expect(JSON.stringify(deny?.Condition?.['ArnNotEquals'])).toContain('OffboardingRole');
  const handsOn = policy?.Statement.find(({ Sid }) => Sid === 'NobodyHandsItOn');
  expect(handsOn).toMatchObject({ Effect: 'Deny', Action: 'kms:CreateGrant', Principal: { AWS: '*' } });
  expect(handsOn?.Condition).toBeUndefined();
  const allowed = policy?.Statement.filter(({ Effect }) => Effect === 'Allow') ?? [];
  expect(allowed.flatMap(({ Action }) => Action).filter((action) => /\*|CreateGrant/.test(action))).toEqual(
    [],
  );
  const signers = allowed.filter(({ Action }) => JSON.stringify(Action).includes('kms:Sign'));
  expect(JSON.stringify(signers.map(({ Principal }) => Principal))).toMatch(/^\[[^\]]*OffboardingRole/);
  expect(signers).toHaveLength(1);
});
