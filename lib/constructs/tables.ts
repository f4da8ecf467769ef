// The three tables. What a table may be used for is granted by method: each names the exact actions of one duty.

import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { grantsTable, registryTable, replayTable } from '../../src/config/tables.ts';

interface TablesProps {
  /** ARN of a customer managed key. @default the key that DynamoDB owns */
  readonly keyArn?: string;
  /** Whether the tables stay, protected, when the stack goes. */
  readonly retain: boolean;
}

const text = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });

/** Grants, registry and replay. */
export class Tables extends Construct {
  readonly grants: dynamodb.Table;
  readonly registry: dynamodb.Table;
  readonly replay: dynamodb.Table;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    const shared = sharedProps(this, props);
    this.grants = new dynamodb.Table(this, 'Grants', {
      ...shared,
      partitionKey: text(grantsTable.key),
      timeToLiveAttribute: grantsTable.ttl,
      stream: dynamodb.StreamViewType.NEW_IMAGE,
    });
    addIndexes(this.grants, grantsTable);
    this.registry = new dynamodb.Table(this, 'Registry', {
      ...shared,
      partitionKey: text(registryTable.key),
    });
    addIndexes(this.registry, registryTable);
    this.replay = new dynamodb.Table(this, 'Replay', {
      ...shared,
      partitionKey: text(replayTable.key),
      timeToLiveAttribute: replayTable.ttl,
    });
  }

  /** Record a showing of an assertion, and read who was first. */
  grantRecordUse(to: IGrantable): void {
    allow(this.replay, to, ['UpdateItem', 'GetItem']);
  }

  /** Open grants and move them. */
  grantIssue(to: IGrantable): void {
    allow(this.grants, to, ['PutItem', 'UpdateItem', 'GetItem', 'BatchGetItem']);
    allow(this.registry, to, ['GetItem', 'BatchGetItem']);
  }

  /** Read grants and end them. */
  grantEnd(to: IGrantable): void {
    allow(this.grants, to, ['UpdateItem', 'GetItem']);
  }

  /** Find what is due, in its index alone, and end it. */
  grantSweep(to: IGrantable): void {
    this.grantEnd(to);
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [`${this.grants.tableArn}/index/${grantsTable.indexes.open.name}`],
      }),
    );
  }

  /** Bring the catalog's agents into the registry. */
  grantSync(to: IGrantable): void {
    allow(this.registry, to, ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);
  }
}

interface Indexed {
  readonly indexes: Readonly<Record<string, { name: string; partitionKey: string; sortKey: string }>>;
  readonly projected: Readonly<Record<string, readonly string[]>>;
}

function addIndexes(table: dynamodb.Table, { indexes, projected }: Indexed): void {
  for (const { name, partitionKey, sortKey } of Object.values(indexes)) {
    table.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      projectionType: dynamodb.ProjectionType.INCLUDE,
      nonKeyAttributes: [...(projected[name] ?? [])],
    });
  }
}

/** Exactly these actions on the table's items: `Table.grant` would name the indexes too. */
function allow(table: dynamodb.Table, to: IGrantable, actions: readonly string[]): void {
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [table.tableArn],
    }),
  );
  table.encryptionKey?.grantEncryptDecrypt(to);
}

function sharedProps(scope: Construct, { keyArn, retain }: TablesProps) {
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
