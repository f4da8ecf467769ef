// Proofs of offboardings: the function that makes them and the key that only it may sign with. The key outlives the
// stack, since what it has signed does.

import { CfnOutput, Duration, type Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { OffboardingEnv } from '../../src/config/env.ts';
import { CATALOG_FILE } from './bundle.ts';
import { type FunctionDefaults, RemitFunction } from './remit-function.ts';
import { newSigningKey } from './signing-key.ts';
import type { Tables } from './tables.ts';

interface OffboardingProps {
  readonly defaults: FunctionDefaults;
  readonly tables: Tables;
}

/** Adds key and function. */
export function addOffboarding(stack: Stack, { defaults, tables }: OffboardingProps) {
  const maker: RemitFunction<Omit<OffboardingEnv, 'PROOF_KEY_ARN'>> = new RemitFunction(
    stack,
    'Offboarding',
    {
      entry: 'offboarding',
      description: 'Makes signed proofs that a retired agent has no access left; it can change nothing',
      environment: {
        CATALOG_FILE: `/var/task/${CATALOG_FILE}`,
        GRANTS_TABLE: tables.grants.tableName,
        REGISTRY_TABLE: tables.registry.tableName,
        ROLE_ACCOUNT: stack.account,
      },
      timeout: Duration.minutes(1),
      defaults,
    },
  );
  tables.grantProofs(maker);
  // its policy gives the right to sign, and no other policy can
  const key = newSigningKey(stack, 'ProofKey', {
    description: 'Signs proofs that agents are gone',
    signer: maker.role,
  });
  maker.role.addToPolicy(new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [key.keyArn] }));
  maker.function.addEnvironment('PROOF_KEY_ARN', key.keyArn);
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
