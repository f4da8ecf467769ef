// Acknowledges findings of cdk-nag about wildcards one by one: each names what it is for, so that a new one is found.

import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Says why a policy of `scope` names these resources with a wildcard; ARNs are written with our own partition. */
export function acknowledgeWildcards(scope: Construct, resources: readonly string[], reason: string): void {
  for (const resource of new Set(resources)) {
    Validations.of(scope).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${nagName(scope, resource)}]`,
      reason,
    });
  }
}

/** cdk-nag writes `<AWS::Partition>` where a template has a reference. */
function nagName(scope: Construct, resource: string): string {
  const { account, partition } = Stack.of(scope);
  return resource
    .replaceAll(partition, Token.isUnresolved(partition) ? '<AWS::Partition>' : partition)
    .replaceAll(account, Token.isUnresolved(account) ? '<AWS::AccountId>' : account);
}
