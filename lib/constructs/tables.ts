// The tables of leases: grants, registry, replay, budgets, and the outbox of acts that change none of these. What a table
// may be used for is granted by method: each names the exact actions of one duty.

import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  budgetsTable,
  grantsTable,
  outboxTable,
  registryTable,
  replayTable,
} from '../../src/config/tables.ts';
import {
  allowItems,
  allowItemsOf,
  allowQuery,
  sharedTableProps,
  type TablesProps,
  textKey,
} from './table-props.ts';

const { byAgent, byTask, open } = grantsTable.indexes;

/** Grants, registry, replay, budgets and outbox. */
export class Tables extends Construct {
  readonly grants: dynamodb.Table;
  readonly registry: dynamodb.Table;
  readonly replay: dynamodb.Table;
  readonly budgets: dynamodb.Table;
  readonly outbox: dynamodb.Table;

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id);
    const shared = sharedTableProps(this, props);
    this.grants = new dynamodb.Table(this, 'Grants', {
      ...shared,
      partitionKey: textKey(grantsTable.key),
      timeToLiveAttribute: grantsTable.ttl,
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
    addIndexes(this.grants, grantsTable);
    this.registry = new dynamodb.Table(this, 'Registry', {
      ...shared,
      partitionKey: textKey(registryTable.key),
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
    addIndexes(this.registry, registryTable);
    this.replay = new dynamodb.Table(this, 'Replay', {
      ...shared,
      partitionKey: textKey(replayTable.key),
      timeToLiveAttribute: replayTable.ttl,
    });
    this.budgets = new dynamodb.Table(this, 'Budgets', {
      ...shared,
      partitionKey: textKey(budgetsTable.key),
      timeToLiveAttribute: budgetsTable.ttl,
    });
    this.outbox = new dynamodb.Table(this, 'Outbox', {
      ...shared,
      partitionKey: textKey(outboxTable.key),
      timeToLiveAttribute: outboxTable.ttl,
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
  }

  /** Record a showing of an assertion, and read who was first. */
  grantRecordUse(to: IGrantable): void {
    allowItems(this.replay, to, ['UpdateItem', 'GetItem']);
  }

  /** Count refusals, and tell nothing else: whoever counts cannot make up an act. */
  grantOutbox(to: IGrantable): void {
    allowItemsOf(this.outbox, to, { keys: ['COUNT#*'], actions: ['UpdateItem'] });
  }

  /** Open grants and move them. */
  grantIssue(to: IGrantable): void {
    allowItems(this.grants, to, ['PutItem', 'UpdateItem', 'GetItem', 'BatchGetItem']);
    allowItems(this.registry, to, ['GetItem', 'BatchGetItem']);
    allowQuery(this.grants, to, [open.name]);
  }

  /** Count what agents take of their budgets: for one function alone. */
  grantSpend(to: IGrantable): void {
    allowItems(this.budgets, to, ['GetItem', 'PutItem']);
    allowItemsOf(this.budgets, to, { keys: ['ASKED#*'], actions: ['UpdateItem'] });
  }

  /** Look at what an agent has used of its budgets: its row, and nothing is made or changed. */
  grantSeeBudgets(to: IGrantable): void {
    allowItems(this.budgets, to, ['GetItem']);
  }

  /** Read grants and move the ones that are there: decide, take over, end. */
  grantMove(to: IGrantable): void {
    allowItems(this.grants, to, ['UpdateItem', 'GetItem']);
  }

  /** Find what is due, in its index alone, and end it. */
  grantSweep(to: IGrantable): void {
    this.grantMove(to);
    allowQuery(this.grants, to, [open.name]);
  }

  /** Decide on requests: what waits, what an agent asked for before, and who it is. */
  grantDecide(to: IGrantable): void {
    this.grantMove(to);
    allowQuery(this.grants, to, [open.name, byAgent.name]);
    allowItems(this.registry, to, ['GetItem', 'BatchGetItem']);
  }

  /** Read grants, one and in lists. */
  grantView(to: IGrantable): void {
    allowItems(this.grants, to, ['GetItem']);
    allowQuery(this.grants, to, [open.name, byAgent.name, byTask.name]);
  }

  /** Read agents, one and in lists; the lists have switches and kills too, on shelves of their own. */
  grantViewAgents(to: IGrantable): void {
    allowItems(this.registry, to, ['GetItem']);
    allowQuery(this.registry, to, [registryTable.indexes.shelf.name]);
  }

  /** Bring the catalog's agents into the registry: no switch, and nothing of a kill. */
  grantSync(to: IGrantable): void {
    this.grantRegistryRows(to, ['AGENT#*']);
    this.grantIdentities(to);
    this.grantRegistryRows(to, ['CATALOG#*'], ['GetItem', 'PutItem']);
  }

  /** Change agents, flip switches, and end what is open in a scope. */
  grantOrders(to: IGrantable): void {
    this.grantMove(to);
    // not PROOF#: what is proven is written by whoever proves it
    this.grantRegistryRows(to, ['AGENT#*'], ['GetItem', 'PutItem', 'UpdateItem']);
    this.grantIdentities(to);
    this.grantRegistryRows(to, ['STOP#*', 'KILL#*', 'KILLLIST#*']);
    allowQuery(this.grants, to, Object.keys(grantsTable.indexes));
    allowQuery(this.registry, to, Object.keys(registryTable.indexes));
  }

  /** Look at all that could still work for an agent, and keep the proof that nothing does. */
  grantProofs(to: IGrantable): void {
    allowItems(this.grants, to, ['GetItem']);
    allowQuery(this.grants, to, [byAgent.name]);
    this.grantRegistryRows(to, ['AGENT#*', 'WORKLOAD#*', 'KILLLIST#*', 'PROOF#*'], ['GetItem']);
    this.grantRegistryRows(to, ['PROOF#*'], ['PutItem', 'UpdateItem']);
  }

  /** End what is open in the scope of a kill, and keep its progress: no row of an agent, a workload or a switch is written. */
  grantSettle(to: IGrantable): void {
    this.grantMove(to);
    allowQuery(this.grants, to, Object.keys(grantsTable.indexes));
    allowQuery(this.registry, to, [registryTable.indexes.shelf.name]);
    this.grantRegistryRows(to, ['KILL#*', 'KILLLIST#*']);
    this.grantRegistryRows(to, ['AGENT#*', 'STOP#*'], ['GetItem']);
  }

  /** Read agents, and keep which reminders were sent: no row of an agent, a workload or a switch is written. */
  grantRemind(to: IGrantable): void {
    allowQuery(this.registry, to, [registryTable.indexes.shelf.name]);
    this.grantRegistryRows(to, ['AGENT#*'], ['GetItem']);
    this.grantRegistryRows(to, ['REMINDER#*'], ['UpdateItem']);
  }

  /** Read and confirm kill lists, and no other row of the registry. */
  grantKillLists(to: IGrantable): void {
    this.grantRegistryRows(to, ['KILLLIST#*']);
  }

  /** Give identities to agents, and take them: the one row that anybody deletes. */
  private grantIdentities(to: IGrantable): void {
    this.grantRegistryRows(to, ['WORKLOAD#*'], ['GetItem', 'PutItem', 'DeleteItem']);
  }

  private grantRegistryRows(
    to: IGrantable,
    keys: readonly string[],
    actions: Parameters<typeof allowItemsOf>[2]['actions'] = ['GetItem', 'UpdateItem'],
  ): void {
    allowItemsOf(this.registry, to, { keys, actions });
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
      partitionKey: textKey(partitionKey),
      sortKey: textKey(sortKey),
      projectionType: dynamodb.ProjectionType.INCLUDE,
      nonKeyAttributes: [...(projected[name] ?? [])],
    });
  }
}
