// What every table is alike in, and how rights on one are given: exact actions on exact tables or indexes.

import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** How tables are kept. */
export interface TablesProps {
  /** ARN of a customer managed key. @default the key that DynamoDB owns */
  readonly keyArn?: string;
  /** Whether the tables stay, protected, when the stack goes. */
  readonly retain: boolean;
}

/** A key attribute: all of ours are strings. */
export function textKey(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}

/** On demand, recoverable, encrypted, and kept or not. */
export function sharedTableProps(scope: Construct, { keyArn, retain }: TablesProps) {
  return {
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: retain,
    removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    ...(keyArn === undefined
      ? { encryption: dynamodb.TableEncryption.DEFAULT }
      : {
          encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
          encryptionKey: Key.fromKeyArn(scope, 'Key', keyArn),
        }),
  };
}

type Action = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** Exactly these actions on the table's items: `Table.grant` would name the indexes too. */
export function allowItems(table: dynamodb.Table, to: IGrantable, actions: readonly Action[]): void {
  allow(table, to, { actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] });
}

/** Exactly these actions on items whose keys match; a request that names no key is refused. */
export function allowItemsOf(
  table: dynamodb.Table,
  to: IGrantable,
  { keys, actions }: { readonly keys: readonly string[]; readonly actions: readonly Action[] },
): void {
  allow(table, to, {
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
      // ForAllValues alone also holds for a request without a key
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });
}

/** Queries of these indexes, and of nothing else. */
export function allowQuery(table: dynamodb.Table, to: IGrantable, indexes: readonly string[]): void {
  const resources = indexes.map((index) => `${table.tableArn}/index/${index}`);
  allow(table, to, { actions: ['dynamodb:Query'], resources });
}

function allow(
  table: dynamodb.Table,
  to: IGrantable,
  statement: PolicyStatementProps & { readonly actions: string[]; readonly resources: string[] },
): void {
  to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
  table.encryptionKey?.grantEncryptDecrypt(to);
}
