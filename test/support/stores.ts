// The AWS adapters over some DynamoDB, in the form that the contract suites take.

import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createActStore } from '../../src/adapters/aws/acts-table.ts';
import { createBudgetStore } from '../../src/adapters/aws/budget-table.ts';
import { createEvidenceReader, createEvidenceStore } from '../../src/adapters/aws/evidence-table.ts';
import { createFindingStore } from '../../src/adapters/aws/findings-table.ts';
import { createDecisionStore } from '../../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { createPeopleStore } from '../../src/adapters/aws/people-table.ts';
import { writePerson } from '../../src/adapters/aws/person-item.ts';
import { createRegistry, createRegistryWriter } from '../../src/adapters/aws/registry-table.ts';
import { createReplayLedger } from '../../src/adapters/aws/replay-table.ts';
import type { ActStoreUnderTest } from '../contracts/act-store.ts';
import type { BudgetStoreUnderTest } from '../contracts/budget-store.ts';
import type { DecisionStoreUnderTest } from '../contracts/decision-store.ts';
import type { EvidenceStoreUnderTest } from '../contracts/evidence-store.ts';
import type { FindingStoreUnderTest } from '../contracts/finding-store.ts';
import type { GrantStoreUnderTest } from '../contracts/grant-store.ts';
import type { PeopleStoreUnderTest } from '../contracts/people-store.ts';
import type { RegistryUnderTest } from '../contracts/registry.ts';
import type { ReplayLedgerUnderTest } from '../contracts/replay-ledger.ts';
import { sampleEvent } from './grant.ts';
import { ENROLLED } from './passkey-events.ts';
import { TABLES, type Tables } from './tables.ts';

export function grantStoreOn({ client, close }: Tables): GrantStoreUnderTest {
  return {
    store: createGrantStore({ client, table: TABLES.grants, registryTable: TABLES.registry }),
    registry: createRegistryWriter({ client, table: TABLES.registry }),
    row: async (grantId) =>
      (
        await client.send(
          new GetCommand({ TableName: TABLES.grants, Key: { grantId }, ConsistentRead: true }),
        )
      ).Item,
    close,
  };
}

export function decisionStoreOn(tables: Tables): DecisionStoreUnderTest {
  const { store, row, close } = grantStoreOn(tables);
  const decisions = createDecisionStore({ client: tables.client, table: TABLES.grants });
  return { decisions, grants: store, row, close };
}

export function evidenceStoreOn({ client, close }: Tables): EvidenceStoreUnderTest {
  const rows = { client, table: TABLES.evidence };
  return {
    store: createEvidenceStore(rows),
    reader: createEvidenceReader({ ...rows, peopleTable: TABLES.people }),
    putPerson: async (record) => {
      await client.send(new PutCommand({ TableName: TABLES.people, Item: writePerson(record, ENROLLED) }));
    },
    close,
  };
}

export function actStoreOn({ client, close }: Tables): ActStoreUnderTest {
  return { store: createActStore({ client, table: TABLES.evidence }), close };
}

export function findingStoreOn({ client, close }: Tables): FindingStoreUnderTest {
  return { store: createFindingStore({ client, table: TABLES.findings }), close };
}

export function peopleStoreOn({ client, close }: Tables): PeopleStoreUnderTest {
  return { store: createPeopleStore({ client, table: TABLES.people }), close };
}

export function replayLedgerOn({ client, close }: Tables): ReplayLedgerUnderTest {
  return { ledger: createReplayLedger({ client, table: TABLES.replay }), close };
}

export function budgetStoreOn({ client, close }: Tables): BudgetStoreUnderTest {
  const grants = createGrantStore({ client, table: TABLES.grants });
  return {
    store: createBudgetStore({ client, table: TABLES.budgets, grantsTable: TABLES.grants }),
    putGrant: async (grant) => void (await grants.reserve(grant, sampleEvent())),
    putRow: async (agent, attributes) => {
      const Item = { pk: `BUDGET#${agent}`, ...attributes };
      await client.send(new PutCommand({ TableName: TABLES.budgets, Item }));
    },
    close,
  };
}

export function registryOn({ client, close }: Tables): RegistryUnderTest {
  const options = { client, table: TABLES.registry };
  // the samples' review dates are within 90 days of it, whatever the day of the machine
  const occasion = { clock: () => new Date('2026-12-01T12:00:00Z'), requestId: 'deployment' };
  return {
    registry: createRegistry(options),
    writer: createRegistryWriter({ ...options, occasion }),
    setStatus: (agent, status) => setStatus({ client }, agent, status),
    close,
  };
}

/** Sets an agent's status as an operator would. */
export async function setStatus(
  { client }: Pick<Tables, 'client'>,
  agent: string,
  status: string,
): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName: TABLES.registry,
      Key: { pk: `AGENT#${agent}` },
      UpdateExpression: 'SET #status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status },
    }),
  );
}
