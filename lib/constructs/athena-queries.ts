// The trail as a table of Athena, and the questions of security teams that it answers as named queries. Partitions are
// computed from the names of objects, so that nothing has to crawl.

import type { Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { AUDIT_SHARDS } from '../../src/core/audit/from-row.ts';
import { HASH_LENGTH } from '../../src/core/record/resource-hashes.ts';

interface AthenaProps {
  readonly prefix: string;
  readonly bucket: Pick<IBucket, 'bucketName'>;
}

const TABLE = 'trail';
/** A query that would read more is stopped: a forgotten day is expensive. */
const MOST_READ = 100 * 1024 ** 3;

const fact = (name: string) => `json_extract_scalar(event.data, '$.${name}')`;
const ofAgent = `event.subject LIKE 'AGENT#%'`;
/** Not what the trail notes of the row: that names no agent. */
const ofLife = `${ofAgent} AND ${fact('agent')} IS NOT NULL`;
/** The number of an event in its row: what comes late is recorded late, and is no later for that. */
const NUMBER = `try_cast(element_at(split(event.id, '/'), -1) AS bigint)`;
/** As the newest event of the agent's row has it that says it. */
const latest = (name: string) =>
  `max_by(${fact(name)}, ${NUMBER}) FILTER (WHERE ${ofAgent} AND ${fact(name)} IS NOT NULL)`;
const ASKED = `event.type IN ('remit.grant.reserved', 'remit.grant.pending')`;
const since = (days: number) => `day >= date_format(current_date - interval '${days}' day, '%Y-%m-%d')`;

/** As resource-hashes.ts makes them. */
const hashOf = (text: string) => `substr(lower(to_hex(sha256(to_utf8(${text})))), 1, ${HASH_LENGTH})`;
const UNTOLD = `resources IS NULL OR omitted IS NOT NULL OR regexp_like(arn, '[*?]')`;

/** One question each, by the name that `remit ask` has for it; `?` is asked for when it is run. */
const QUERIES: Readonly<Record<string, readonly [asks: string, sql: string]>> = {
  holds: [
    'Who holds what now: grants whose newest lease has not ended',
    `SELECT ${fact('agent')} AS agent, ${fact('task')} AS task, ${fact('grantId')} AS grant_id,
       max(${fact('leaseExpiresAt')}) AS lease_expires_at
FROM ${TABLE} WHERE ${since(1)} AND event.type IN ('remit.grant.reserved', 'remit.lease.begun', 'remit.lease.issued')
GROUP BY 1, 2, 3 HAVING max(${fact('leaseExpiresAt')}) > to_iso8601(current_timestamp AT TIME ZONE 'UTC')
ORDER BY lease_expires_at DESC`,
  ],
  agent: [
    'Everything an agent did: its name, from day, to day',
    `SELECT event.time, event.type, event.subject, event.data
FROM ${TABLE} WHERE ? IN (${fact('agent')}, IF(${ofAgent}, substr(event.subject, 7)))
  AND day BETWEEN ? AND ? ORDER BY event.time, shard, seq`,
  ],
  could: [
    'Who was let do a task in 90 days, and by which policies: the task',
    `SELECT ${fact('agent')} AS agent, ${fact('ruling')} AS ruling, ${fact('policies')} AS policies,
       count(*) AS requests, max(event.time) AS latest
FROM ${TABLE} WHERE ${since(90)} AND ${ASKED}
  AND ${fact('task')} = ? GROUP BY 1, 2, 3 ORDER BY requests DESC`,
  ],
  approved: [
    'Who approved what in 90 days',
    `SELECT event.time, ${fact('approverSubject')} AS approver, ${fact('decision')} AS decision,
       ${fact('agent')} AS agent, ${fact('task')} AS task, ${fact('grantId')} AS grant_id,
       ${fact('evidenceId')} AS evidence_id
FROM ${TABLE} WHERE ${since(90)} AND event.type = 'remit.approval.recorded' ORDER BY event.time DESC`,
  ],
  touched: [
    'Grants whose leases of 90 days could touch a resource, or more than could: its ARN, without wildcards',
    `WITH asked AS (
  SELECT arn, ARRAY[${hashOf('arn')}] AS itself,
         transform(sequence(0, length(arn)), n -> ${hashOf('substr(arn, 1, n)')} || '*') AS begins
  FROM (SELECT ? AS arn)
), leased AS (
  SELECT ${fact('grantId')} AS grant_id, max(${fact('agent')}) AS agent, max(${fact('task')}) AS task,
         max(${fact('leaseExpiresAt')}) AS last_lease, max(${fact('resources')}) AS resources,
         max(${fact('resourcesOmitted')}) AS omitted
  FROM ${TABLE} WHERE ${since(120)} AND (${ASKED} OR event.type LIKE 'remit.lease.%') GROUP BY 1
  HAVING max(${fact('leaseExpiresAt')}) >= to_iso8601(current_timestamp AT TIME ZONE 'UTC' - interval '90' day)
)
SELECT grant_id, agent, task, last_lease,
       IF(${UNTOLD}, 'cannot be told', IF(arrays_overlap(split(resources, ' '), itself), 'itself', 'by a pattern')) AS named
FROM leased CROSS JOIN asked
WHERE ${UNTOLD} OR arrays_overlap(split(resources, ' '), itself || begins) ORDER BY last_lease DESC`,
  ],
  refused: [
    'Refusals by agent and code in 30 days; a flood is counted in one row a minute',
    `SELECT agent, code, sum(refusals) AS refusals FROM (
  SELECT event.subject, ${fact('agent')} AS agent, ${fact('code')} AS code,
         max(coalesce(try_cast(${fact('count')} AS bigint), 1)) AS refusals
  FROM ${TABLE} WHERE ${since(30)} AND event.type LIKE 'remit.%.refused' GROUP BY 1, 2, 3
) GROUP BY 1, 2 ORDER BY refusals DESC`,
  ],
  idle: [
    'Active agents without a grant in 30 days, of those that the trail of a year knows',
    `SELECT ${fact('agent')} AS agent, max(IF(${ASKED}, event.time)) AS latest_grant
FROM ${TABLE} WHERE ${since(365)} AND (${ofLife} OR ${ASKED}) GROUP BY 1
HAVING coalesce(${latest('status')}, 'active') = 'active'
  AND coalesce(max(IF(${ASKED}, event.time)), '') <
    to_iso8601(current_timestamp AT TIME ZONE 'UTC' - interval '30' day) ORDER BY 2`,
  ],
  overdue: [
    'Overdue reviews, by the review dates that the trail of two years tells; without one where none is told',
    `SELECT ${fact('agent')} AS agent, ${latest('reviewBy')} AS review_by, ${latest('status')} AS status
FROM ${TABLE} WHERE ${since(730)} AND ${ofLife} GROUP BY 1
HAVING coalesce(${latest('reviewBy')}, '') < date_format(current_date, '%Y-%m-%d')
  AND coalesce(${latest('status')}, 'active') IN ('active', 'suspended', 'proposed') ORDER BY 2`,
  ],
  blast: [
    'What agents of an issuer have used in 90 days: the issuer; remit ask blast has what they could reach',
    `SELECT ${fact('agent')} AS agent, ${fact('subject')} AS subject, ${fact('task')} AS task, count(*) AS grants
FROM ${TABLE} WHERE ${since(90)} AND ${ASKED}
  AND ${fact('issuer')} = ? GROUP BY 1, 2, 3 ORDER BY grants DESC`,
  ],
};

/** Adds database, table, workgroup and queries. Results are kept by Athena for a day, in no bucket of ours. */
export function addAthenaQueries(
  stack: Stack,
  { prefix, bucket }: AthenaProps,
): { readonly workgroup: string } {
  const name = `${prefix.replaceAll('-', '_')}_audit`;
  const database = new CfnDatabase(stack, 'AuditDatabase', {
    catalogId: stack.account,
    databaseInput: { name, description: 'The audit trail of Remit' },
  });
  addTable(stack, database, { name, location: `s3://${bucket.bucketName}/` });
  const workgroup = `${prefix}-audit`;
  const group = new CfnWorkGroup(stack, 'AuditWorkgroupOfAthena', {
    name: workgroup,
    description: 'Questions about the audit trail of Remit',
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: MOST_READ,
      managedQueryResultsConfiguration: { enabled: true },
    },
  });
  for (const [question, [description, sql]] of Object.entries(QUERIES)) {
    const query = new CfnNamedQuery(stack, `AuditQuery-${question}`, {
      name: `${prefix}-${question}`,
      database: name,
      description,
      queryString: sql,
      workGroup: workgroup,
    });
    query.addResourceDependency(group);
    query.addResourceDependency(database);
  }
  return { workgroup };
}

function addTable(
  stack: Stack,
  database: CfnDatabase,
  { name, location }: { readonly name: string; readonly location: string },
): void {
  const table = new CfnTable(stack, 'AuditTable', {
    catalogId: stack.account,
    databaseName: name,
    tableInput: {
      name: TABLE,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [
        { name: 'shard', type: 'int' },
        { name: 'day', type: 'string' },
      ],
      parameters: {
        classification: 'json',
        'projection.enabled': 'true',
        'projection.shard.type': 'integer',
        'projection.shard.range': `0,${AUDIT_SHARDS - 1}`,
        'projection.day.type': 'date',
        'projection.day.format': 'yyyy-MM-dd',
        'projection.day.range': '2026-01-01,NOW',
        'storage.location.template': `${location}shard=\${shard}/day=\${day}/`,
      },
      storageDescriptor: {
        location,
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: {
          serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
          // names of facts have capitals
          parameters: { 'case.insensitive': 'FALSE', 'mapping.prevhash': 'prevHash' },
        },
        columns: [
          { name: 'seq', type: 'bigint' },
          { name: 'at', type: 'string' },
          { name: 'prevhash', type: 'string' },
          { name: 'hash', type: 'string' },
          {
            name: 'event',
            type: 'struct<id:string,source:string,type:string,subject:string,time:string,data:string>',
          },
        ],
      },
    },
  });
  table.addResourceDependency(database);
}
