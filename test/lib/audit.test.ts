// What keeps the audit trail in AWS: who may write it, who may sign, what drains into it and what people hear of.

import { describe, expect, test } from 'vitest';
import { AUDIT_SHARDS } from '../../src/core/audit/from-row.ts';
import { batchKey, checkpointKey } from '../../src/core/audit/plan.ts';
import { deployedBy, type Resource, stackOf } from '../support/stack.ts';

const deployed = deployedBy(stackOf().stack);
const { of, allows } = deployed;
const actions = (entry: string) => [...new Set(allows(entry).map(({ action }) => action))].sort();
const LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: Record<string, unknown>;
  readonly Sid?: string;
}

function only(type: string, starts = ''): Resource {
  const found = of(type).filter(([id]) => id.startsWith(starts));
  const [[, one] = []] = found;
  if (one === undefined || found.length > 1) throw new Error(`${found.length} of ${type}`);
  return one;
}

const statements = (document: unknown) => (document as { Statement: Statement[] }).Statement;
const names = ({ Action }: Statement) => [Action].flat();
/** Names of the functions of a stack, as constructs. */
const FUNCTIONS = [
  ...[
    'Token',
    'Grants',
    'Metadata',
    'Sweeper',
    'RegistrySync',
    'Approvals',
    'Passkeys',
    'Views',
    'Questions',
  ],
  ...['Workflow', 'Admin', 'PeopleAdmin', 'Settle', 'KillList', 'ConsoleFiles', 'Audit', 'AuditCheckpoint'],
];

describe('least privilege', () => {
  test('[AUDIT-39] the sequencer may do exactly this', () => {
    expect(actions('Audit')).toEqual(
      [
        ...['BatchGetItem', 'DescribeStream', 'GetItem', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
          (action) => `dynamodb:${action}`,
        ),
        ...['dynamodb:PutItem', 'dynamodb:Scan', 'dynamodb:UpdateItem', 'events:PutEvents', ...LOGS],
        ...['s3:GetObject', 's3:PutObject'],
        ...[
          'ChangeMessageVisibility',
          'DeleteMessage',
          'GetQueueAttributes',
          'GetQueueUrl',
          'ReceiveMessage',
        ].map((action) => `sqs:${action}`),
        'sqs:SendMessage',
      ].sort(),
    );
    for (const { action, resource } of allows('Audit')) {
      if (/:(Put|Update)Item$/.test(action)) expect(resource).toContain('AuditTrail');
      if (action === 'dynamodb:Scan') expect(resource).not.toContain('AuditTrail');
      if (action === 's3:PutObject') expect(resource).toMatch(/\/shard=\*/);
    }
  });

  test('[AUDIT-39] the signer may do exactly this, and no table of ours is open to it', () => {
    expect(actions('AuditCheckpoint')).toEqual(
      [
        ...['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'events:PutEvents', ...LOGS],
        ...['s3:GetObject', 's3:PutObject'],
      ].sort(),
    );
    for (const { action, resource } of allows('AuditCheckpoint'))
      if (action.startsWith('dynamodb:')) expect(resource).toContain('AuditTrail');
  });

  test('[AUDIT-39] nobody else touches the state of the trail, its archive or its queue', () => {
    const reaching = (resource: string) =>
      FUNCTIONS.filter((entry) => allows(entry).some((each) => each.resource.includes(resource)));
    expect(reaching('AuditTrailTrail').length + reaching('AuditTrailArchive').length).toBeGreaterThan(0);
    for (const part of ['AuditTrailArchive', 'AuditTrailDeadLetters', 'AuditTrail'])
      for (const entry of reaching(part))
        expect(['Audit', 'AuditCheckpoint', 'Questions', 'PeopleAdmin']).toContain(entry);
  });

  test.each(['Questions', 'PeopleAdmin'])(
    '[AUDIT-39] %s shows the trail to people, and only reads it',
    (entry) => {
      const reads = allows(entry).filter(({ resource }) => resource.includes('AuditTrail'));
      expect(new Set(reads.map(({ action }) => action))).toEqual(new Set(['s3:GetObject', 's3:ListBucket']));
      expect(JSON.stringify(reads)).not.toMatch(/AuditTrail(Trail|DeadLetters)/);
    },
  );

  test('[AUDIT-39] a rescan sees three attributes and the key, and the sequencer writes no checkpoint', () => {
    const own = statements(
      of('AWS::IAM::Policy').find(([id]) => id.startsWith('AuditRole'))?.[1].Properties['PolicyDocument'],
    );
    const scans = own.filter((each) => names(each).includes('dynamodb:Scan'));
    expect(scans).toHaveLength(4);
    for (const { Condition } of scans)
      expect(Condition).toMatchObject({
        'ForAllValues:StringEquals': {
          'dynamodb:Attributes': [
            expect.stringMatching(/^(grantId|pk)$/),
            'event',
            'eventNumber',
            'isCounter',
          ],
        },
        Null: { 'dynamodb:Attributes': 'false' },
      });
    const writes = own.filter((each) => names(each).includes('dynamodb:PutItem'));
    expect(writes.map(({ Condition }) => Condition?.['ForAllValues:StringLike'])).toEqual([
      { 'dynamodb:LeadingKeys': ['HEAD#*', 'POSITION#*'] },
    ]);
  });
});

describe('the key', () => {
  const key = only('AWS::KMS::Key', 'AuditKey');
  const policy = statements(key.Properties['KeyPolicy']);

  test('[AUDIT-40] signs for one function alone: administrators manage it, and can neither use it nor hand it on', () => {
    expect(key.Properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    expect(key.DeletionPolicy).toBe('Retain');
    const allowed = policy.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.flatMap(names).filter((action) => /\*|CreateGrant/.test(action))).toEqual([]);
    const [signs, ...others] = allowed.filter((each) => names(each).includes('kms:Sign'));
    expect(others).toEqual([]);
    expect(JSON.stringify(signs?.Principal)).toContain('AuditCheckpointRole');
    const denied = policy.filter(({ Effect }) => Effect === 'Deny');
    expect(denied.map((each) => [names(each), each.Principal])).toEqual([
      [['kms:Sign'], { AWS: '*' }],
      [['kms:CreateGrant'], { AWS: '*' }],
    ]);
    expect(JSON.stringify(denied[0]?.Condition)).toMatch(/ArnNotEquals.*PrincipalArn.*AuditCheckpointRole/);
    for (const entry of FUNCTIONS) expect(actions(entry)).not.toContain('kms:Sign');
  });
});

describe('the archive', () => {
  const bucketOf = (from: typeof deployed) =>
    from.of('AWS::S3::Bucket').find(([id]) => id.startsWith('AuditTrail'))?.[1] as Resource;

  test('[AUDIT-41] is locked, versioned and private, stays when the stack goes, and in compliance mode by configuration', () => {
    const bucket = bucketOf(deployed);
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(bucket.Properties).toMatchObject({
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    const lock = (remit: object) =>
      (bucketOf(deployedBy(stackOf(remit).stack)).Properties['ObjectLockConfiguration'] as { Rule: object })
        .Rule;
    expect(lock({})).toEqual({ DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } });
    expect(lock({ audit: { mode: 'compliance', days: 400 }, tables: 'destroy' })).toEqual({
      DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 },
    });
    expect(() => stackOf({ audit: { days: 0 } })).toThrow(/remit\.audit\.days/);
  });

  test('[AUDIT-41] takes objects under new names from two functions alone, and lets nobody write over, delete or shorten', () => {
    const policies = of('AWS::S3::BucketPolicy').filter(([id]) => id.startsWith('AuditTrail'));
    const own = statements(policies[0]?.[1].Properties['PolicyDocument']);
    const bySid = new Map(own.map((each) => [each.Sid, each]));
    expect(JSON.stringify(bySid.get('OnlyTheSequencerAdds')?.Condition)).toMatch(
      /AuditRole.*AuditCheckpointRole/,
    );
    // without an exception for uploads in parts, which ask for a new name at their end only
    expect(bySid.get('NothingIsWrittenOver')).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', [expect.anything(), '/*']] },
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    expect(bySid.get('NobodyDeletes')).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(names(bySid.get('NobodyDeletes') as Statement)).toContain('s3:BypassGovernanceRetention');
    expect(JSON.stringify(own)).toContain('"aws:SecureTransport":"false"');
    expect(own.filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });

  test('[AUDIT-42] is copied to a bucket of another account where one is named; deletions are not', () => {
    const copyBucketArn = 'arn:aws:s3:::acme-audit-copy';
    const copied = deployedBy(stackOf({ audit: { copyBucketArn } }).stack);
    const { Rules } = bucketOf(copied).Properties['ReplicationConfiguration'] as { Rules: object[] };
    expect(Rules).toEqual(
      ['shard=', 'checkpoints/'].map((Prefix) =>
        expect.objectContaining({
          Status: 'Enabled',
          Filter: { Prefix },
          DeleteMarkerReplication: { Status: 'Disabled' },
          Destination: { Bucket: copyBucketArn },
        }),
      ),
    );
    expect(JSON.stringify(copied.own)).not.toMatch(/ReplicateDelete/);
    expect(bucketOf(deployed).Properties).not.toHaveProperty('ReplicationConfiguration');
  });
});

describe('the drain', () => {
  const mappings = of('AWS::Lambda::EventSourceMapping')
    .map(([, { Properties }]) => Properties)
    .filter((each) => JSON.stringify(each['EventSourceArn']).includes('StreamArn'));

  test('[AUDIT-32] takes every table that tells events, in order, whatever is in it that carries one', () => {
    const tables = mappings.map(
      (each) => /Tables(\w+?)[0-9A-F]{8}|Approving(\w+?)[0-9A-F]{8}/.exec(JSON.stringify(each))?.[0],
    );
    expect(tables).toHaveLength(4);
    for (const each of mappings) {
      expect(each).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        ParallelizationFactor: 1,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        // a day later the stream has forgotten what a redrive would read
        MaximumRecordAgeInSeconds: 6 * 60 * 60,
      });
      expect(JSON.stringify(each['DestinationConfig'])).toContain('AuditTrailDeadLetters');
      const { Filters } = each['FilterCriteria'] as { Filters: { Pattern: string }[] };
      const patterns = Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown);
      expect(patterns.slice(0, 2)).toEqual([
        { dynamodb: { NewImage: { eventNumber: { N: [{ exists: true }] } } } },
        { dynamodb: { NewImage: { event: { M: { type: { S: [{ exists: true }] } } } } } },
      ]);
      expect(patterns.length).toBeLessThanOrEqual(5);
    }
  });

  test('[AUDIT-58] takes rows whose changes must be told with or without an event, as they were and as they are', () => {
    const byKey = mappings.map((each) => {
      const { Filters } = each['FilterCriteria'] as { Filters: { Pattern: string }[] };
      return JSON.stringify(Filters.slice(2).map(({ Pattern }) => JSON.parse(Pattern) as unknown));
    });
    const keys = (pk: object) => ({ dynamodb: { Keys: pk } });
    const begins = (prefix: string) => keys({ pk: { S: [{ prefix }] } });
    expect(byKey).toEqual(
      [
        [keys({ grantId: { S: [{ exists: true }] } })],
        ['AGENT#', 'STOP#', 'KILL#'].map(begins),
        [begins('PERSON#')],
        [begins('COUNT#')],
      ].map((each) => JSON.stringify(each)),
    );
    const streams = of('AWS::DynamoDB::Table').flatMap(
      ([, { Properties }]) => Properties['StreamSpecification'] ?? [],
    );
    expect(streams).toEqual(Array.from({ length: 4 }, () => ({ StreamViewType: 'NEW_AND_OLD_IMAGES' })));
  });

  test('[AUDIT-38] loss, contradiction, what waits and what is late raise alarms; a checkpoint that is not made too', () => {
    const alarms = new Map(
      of('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [id.slice(0, -8), Properties]),
    );
    for (const name of ['AuditGap', 'AuditConflict', 'AuditUnreadable', 'AuditDead', 'AuditBehind'])
      expect(alarms.get(name)).toMatchObject({ TreatMissingData: 'notBreaching', EvaluationPeriods: 1 });
    expect(alarms.get('AuditUnsigned')).toMatchObject({
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
    });
    const [[, rule] = []] = of('AWS::Events::Rule').filter(([id]) => id.startsWith('CheckpointRegularly'));
    expect(rule?.Properties['ScheduleExpression']).toBe('rate(5 minutes)');
  });
});

describe('Athena', () => {
  test('[AUDIT-43] knows the partitions of every shard and has a query for each question that the trail answers', () => {
    const { Parameters } = (only('AWS::Glue::Table').Properties['TableInput'] ?? {}) as {
      Parameters: Record<string, unknown>;
    };
    expect(Parameters).toMatchObject({
      'projection.shard.range': '0,3',
      'projection.day.format': 'yyyy-MM-dd',
    });
    const location = JSON.stringify(Parameters['storage.location.template']);
    expect(location).toMatch(/\/shard=\$\{shard\}\/day=\$\{day\}\//);
    const queries = of('AWS::Athena::NamedQuery').map(([, { Properties }]) => Properties);
    const named = queries.map((each) => String(each['Name']).replace('remit-', '')).sort();
    expect(named).toEqual([
      'agent',
      'approved',
      'blast',
      'could',
      'holds',
      'idle',
      'overdue',
      'refused',
      'touched',
    ]);
    for (const { QueryString } of queries) expect(QueryString).toMatch(/\bday (>=|BETWEEN)/);
  });

  test('[AUDIT-47] every batch lies in the partition that is computed from its shard and day, and nothing else does', () => {
    const { Parameters } = (only('AWS::Glue::Table').Properties['TableInput'] ?? {}) as {
      Parameters: Record<string, unknown>;
    };
    const [first, last] = String(Parameters['projection.shard.range']).split(',').map(Number);
    expect([first, last]).toEqual([0, AUDIT_SHARDS - 1]);
    const { 'Fn::Join': joined } = Parameters['storage.location.template'] as {
      'Fn::Join': [string, unknown[]];
    };
    const [, bucket, below] = joined[1];
    expect(bucket).toEqual({ Ref: expect.stringMatching(/^AuditTrailArchive/) });
    for (let shard = 0; shard < AUDIT_SHARDS; shard += 1)
      for (const day of ['2026-01-01', '2026-11-24', '2031-02-28']) {
        const location = String(below)
          .replace(/\$\{shard\}/, String(shard))
          .replace(/\$\{day\}/, day);
        const key = batchKey({ shard, seq: 17, at: new Date(`${day}T23:59:59.999Z`) });
        expect(`/${key}`.slice(0, location.length)).toBe(location);
        expect(key.slice(location.length - 1)).toMatch(/^[0-9]+\.ndjson$/);
      }
    expect(checkpointKey({ number: 1, at: new Date() })).not.toMatch(/^shard=/);
  });
});
