// Where the audit trail is kept: the archive in S3 under Object Lock, the sequencer's state, and the queue of what it
// could not take. Two functions may add, by their policies and by the bucket's own, and nobody may write over or delete.

import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  AnyPrincipal,
  Effect,
  type IGrantable,
  type IRole,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { trailTable } from '../../src/config/tables.ts';
import type { RemitConfig } from '../config.ts';
import { allowItems, sharedTableProps, type TablesProps, textKey } from './table-props.ts';
import { acknowledgeWildcards } from './wildcards.ts';

interface AuditStoreProps extends TablesProps {
  readonly audit: RemitConfig['audit'];
}

/** Prefixes of the archive: batches and checkpoints. */
const PREFIXES = ['shard=', 'checkpoints/'];

/** Archive, state and dead letters of one deployment. */
export class AuditStore extends Construct {
  readonly bucket: s3.Bucket;
  readonly table: Table;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { audit, ...kept }: AuditStoreProps) {
    super(scope, id);
    this.table = new Table(this, 'Trail', {
      ...sharedTableProps(this, kept),
      partitionKey: textKey(trailTable.key),
      timeToLiveAttribute: trailTable.ttl,
    });
    this.bucket = newBucket(this, audit);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the queue of dead letters itself: people look at what is in it',
    });
    if (audit.copyBucketArn !== undefined) copyTo(this.bucket, audit.copyBucketArn);
  }

  /** Number records and archive them. */
  grantSequence(to: IGrantable): void {
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'].map((action) => `dynamodb:${action}`),
        resources: [this.table.tableArn],
        conditions: {
          // not the newest checkpoint
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['HEAD#*', 'POSITION#*'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
    this.table.encryptionKey?.grantEncryptDecrypt(to);
    this.#grantArchive(to, ['shard=']);
  }

  /** State how far every shard has come, and archive that too. */
  grantCheckpoint(to: IGrantable): void {
    allowItems(this.table, to, ['GetItem', 'PutItem', 'UpdateItem']);
    this.#grantArchive(to, PREFIXES);
  }

  /** Read the archive, and nothing else. */
  grantRead(to: IGrantable & Construct): void {
    this.#allowObjects(to, ['s3:GetObject'], PREFIXES);
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
  }

  /** The bucket itself keeps everybody else from adding, and everybody from writing over what is there and from deleting. */
  closeTo(writers: readonly IRole[]): void {
    const objects = this.bucket.arnForObjects('*');
    const deny = { effect: Effect.DENY, principals: [new AnyPrincipal()], resources: [objects] };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...deny,
        sid: 'OnlyTheSequencerAdds',
        actions: ['s3:PutObject'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': writers.map(({ roleArn }) => roleArn) } },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...deny,
        // whoever may sign could write history anew under the names that it has: S3 refuses what does not ask for a new name
        sid: 'NothingIsWrittenOver',
        actions: ['s3:PutObject'],
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...deny,
        sid: 'NobodyDeletes',
        actions: [
          's3:DeleteObject',
          's3:DeleteObjectVersion',
          's3:BypassGovernanceRetention',
          's3:PutObjectRetention',
        ],
      }),
    );
  }

  #grantArchive(to: IGrantable, prefixes: readonly string[]): void {
    this.#allowObjects(to as IGrantable & Construct, ['s3:PutObject', 's3:GetObject'], prefixes);
  }

  #allowObjects(to: IGrantable & Construct, actions: string[], prefixes: readonly string[]): void {
    const resources = prefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}*`));
    to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    const name = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as s3.CfnBucket);
    const named = prefixes.map((prefix) => `<${name}.Arn>/${prefix}*`);
    acknowledgeWildcards(to, named, 'The objects of the one bucket that holds the audit trail');
  }
}

/** Kept when the stack goes, whatever is said of tables: its objects are locked. */
function newBucket(scope: Construct, { mode, days }: RemitConfig['audit']): s3.Bucket {
  const duration = Duration.days(days);
  const bucket = new s3.Bucket(scope, 'Archive', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    encryption: s3.BucketEncryption.S3_MANAGED,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention:
      mode === 'compliance'
        ? s3.ObjectLockRetention.compliance(duration)
        : s3.ObjectLockRetention.governance(duration),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'Who reads it is in CloudTrail where data events are on; what is written is chained and signed',
  });
  return bucket;
}

/** Copies every object to a bucket that the account of this stack cannot change; deletions are not copied. */
function copyTo(bucket: s3.Bucket, copyBucketArn: string): void {
  const role = new Role(bucket, 'CopyRole', {
    assumedBy: new ServicePrincipal('s3.amazonaws.com'),
    description: 'Copies the audit trail to a bucket of another account',
  });
  const objects = bucket.arnForObjects('*');
  for (const [actions, resource] of [
    [['s3:GetReplicationConfiguration', 's3:ListBucket'], bucket.bucketArn],
    [
      [
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionTagging',
        's3:GetObjectRetention',
        's3:GetObjectLegalHold',
      ],
      objects,
    ],
    [['s3:ReplicateObject', 's3:ReplicateTags'], `${copyBucketArn}/*`],
  ] as const)
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
  const name = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as s3.CfnBucket);
  acknowledgeWildcards(
    bucket,
    [`<${name}.Arn>/*`, `${copyBucketArn}/*`],
    'Every object of the audit trail, and its copy',
  );
  const plain = bucket.node.defaultChild as s3.CfnBucket;
  plain.replicationConfiguration = {
    role: role.roleArn,
    rules: PREFIXES.map((prefix, index) => ({
      id: prefix.replaceAll(/[^a-z]/g, ''),
      status: 'Enabled',
      priority: index + 1,
      filter: { prefix },
      deleteMarkerReplication: { status: 'Disabled' },
      destination: { bucket: copyBucketArn },
    })),
  };
}
