// Proofs of offboardings: the function that makes them and the key that only it may sign with. The key outlives the
// stack, since what it has signed does.

import { CfnOutput, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { OffboardingEnv } from '../../src/config/env.ts';
import { CATALOG_FILE } from './bundle.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import type { Tables } from './tables.ts';

interface OffboardingProps {
  readonly defaults: FunctionDefaults;
  readonly tables: Tables;
}

/** Adds key and function. */
export function addOffboarding(stack: Stack, { defaults, tables }: OffboardingProps) {
  const key = new Key(stack, 'ProofKey', {
    description: 'Signs proofs that agents are gone',
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const maker = new RemitFunction<OffboardingEnv>(stack, 'Offboarding', {
    entry: 'offboarding',
    description: 'Makes signed proofs that a retired agent has no access left; it can change nothing',
    environment: {
      CATALOG_FILE: `/var/task/${CATALOG_FILE}`,
      GRANTS_TABLE: tables.grants.tableName,
      REGISTRY_TABLE: tables.registry.tableName,
      ROLE_ACCOUNT: stack.account,
      PROOF_KEY_ARN: key.keyArn,
    },
    timeout: Duration.minutes(1),
    defaults,
  });
  tables.grantProofs(maker);
  maker.role.addToPolicy(
    new PolicyStatement({ actions: ['kms:Sign', 'kms:GetPublicKey'], resources: [key.keyArn] }),
  );
  // whatever else IAM allows anybody in the account
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyTheMakerOfProofsSigns',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['kms:Sign'],
      resources: ['*'],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': maker.role.roleArn } },
    }),
  );
  const proofs: ProofAsking = {
    functionName: maker.function.functionName,
    grantAsk: (to) => {
      to.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [maker.function.functionArn] }),
      );
    },
  };
  new CfnOutput(stack, 'ProofKeyArn', {
    value: key.keyArn,
    description: 'aws kms get-public-key: remit agents verify-proof --public-key',
  });
  return { offboarding: maker, proofs };
}

/** How other functions ask for proofs. */
export interface ProofAsking {
  readonly functionName: string;
  grantAsk(to: IGrantable): void;
}
