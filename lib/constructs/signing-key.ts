// Keys that sign: of checkpoints, and of proofs. A key's policy names the one function that may use it and denies
// everybody else, the administrators of the account too: they manage the key and cannot sign, and nobody can hand that
// on by a grant.

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What administrators may do: everything about the key but use it or let others use it. */
const MANAGE = [
  'CancelKeyDeletion',
  'DescribeKey',
  'DisableKey',
  'EnableKey',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'GetPublicKey',
  'ListGrants',
  'ListKeyPolicies',
  'ListResourceTags',
  'PutKeyPolicy',
  'RetireGrant',
  'RevokeGrant',
  'ScheduleKeyDeletion',
  'TagResource',
  'UntagResource',
  'UpdateKeyDescription',
  'Verify',
].map((action) => `kms:${action}`);

interface SigningKeyProps {
  readonly description: string;
  readonly signer: IRole;
}

/** An ECDSA key over P-256 that only `signer` may sign with. It stays when the stack goes: without it nothing verifies anew. */
export function newSigningKey(scope: Construct, id: string, { description, signer }: SigningKeyProps): Key {
  const any = [new AnyPrincipal()];
  return new Key(scope, id, {
    description,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    pendingWindow: Duration.days(30),
    removalPolicy: RemovalPolicy.RETAIN,
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'AdministratorsManage',
          principals: [new AccountRootPrincipal()],
          actions: MANAGE,
          resources: ['*'],
        }),
        new PolicyStatement({
          sid: 'OneFunctionSigns',
          principals: [signer],
          actions: ['kms:Sign'],
          resources: ['*'],
          conditions: {
            StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'RAW' },
          },
        }),
        new PolicyStatement({
          sid: 'NobodyElseSigns',
          effect: Effect.DENY,
          principals: any,
          actions: ['kms:Sign'],
          resources: ['*'],
          conditions: { ArnNotEquals: { 'aws:PrincipalArn': signer.roleArn } },
        }),
        new PolicyStatement({
          sid: 'NobodyHandsItOn',
          effect: Effect.DENY,
          principals: any,
          actions: ['kms:CreateGrant'],
          resources: ['*'],
        }),
      ],
    }),
  });
}
