// The tables of approvals: people with their passkeys, evidence of decisions, findings. One function writes people,
// another evidence, and the one that mints can write neither.

import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { evidenceTable, findingsTable, peopleTable } from '../../src/config/tables.ts';
import {
  allowItems,
  allowItemsOf,
  allowQuery,
  sharedTableProps,
  type TablesProps,
  textKey,
} from './table-props.ts';

/** People, evidence and findings. */
export class ApprovalTables extends Construct {
  readonly people: dynamodb.Table;
  readonly evidence: dynamodb.Table;
  readonly findings: dynamodb.Table;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    const shared = sharedTableProps(this, props);
    this.people = new dynamodb.Table(this, 'People', {
      ...shared,
      partitionKey: textKey(peopleTable.key),
      timeToLiveAttribute: peopleTable.ttl,
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
    const { waiting } = peopleTable.indexes;
    this.people.addGlobalSecondaryIndex({
      indexName: waiting.name,
      partitionKey: textKey(waiting.partitionKey),
      sortKey: textKey(waiting.sortKey),
      projectionType: dynamodb.ProjectionType.ALL,
    });
    this.evidence = new dynamodb.Table(this, 'Evidence', {
      ...shared,
      partitionKey: textKey(evidenceTable.key),
      timeToLiveAttribute: evidenceTable.ttl,
    });
    this.findings = new dynamodb.Table(this, 'Findings', {
      ...shared,
      partitionKey: textKey(findingsTable.key),
      timeToLiveAttribute: findingsTable.ttl,
    });
    const { byDay } = findingsTable.indexes;
    this.findings.addGlobalSecondaryIndex({
      indexName: byDay.name,
      partitionKey: textKey(byDay.partitionKey),
      sortKey: textKey(byDay.sortKey),
      projectionType: dynamodb.ProjectionType.ALL,
    });
  }

  /** Enrol, confirm and remove passkeys: for one function alone. */
  grantEnrol(to: IGrantable): void {
    allowItems(this.people, to, ['GetItem', 'PutItem', 'UpdateItem']);
    allowQuery(this.people, to, [peopleTable.indexes.waiting.name]);
  }

  /** Read one person and its passkeys. */
  grantKnowPeople(to: IGrantable): void {
    allowItems(this.people, to, ['GetItem']);
  }

  /** Open challenges, use them, and keep evidence: of decisions, and no act of an administrator. */
  grantKeepEvidence(to: IGrantable): void {
    allowItemsOf(this.evidence, to, {
      keys: ['CHALLENGE#*', 'EVIDENCE#*', 'RATE#*'],
      actions: ['GetItem', 'PutItem', 'UpdateItem'],
    });
  }

  /** Open challenges of acts and keep what was signed: rows of acts, and no evidence of decisions. */
  grantKeepActs(to: IGrantable): void {
    allowItemsOf(this.evidence, to, { keys: ['ACT#*'], actions: ['GetItem', 'PutItem', 'UpdateItem'] });
  }

  /** Read what a mint verifies. */
  grantVerify(to: IGrantable): void {
    allowItems(this.people, to, ['GetItem', 'BatchGetItem']);
    allowItems(this.evidence, to, ['GetItem', 'BatchGetItem']);
  }

  /** Say what people should look at. */
  grantReport(to: IGrantable): void {
    allowItems(this.findings, to, ['PutItem']);
  }

  /** List what was reported. */
  grantReadFindings(to: IGrantable): void {
    allowQuery(this.findings, to, [findingsTable.indexes.byDay.name]);
  }
}
