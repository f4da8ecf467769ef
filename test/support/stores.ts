// The AWS adapters over some DynamoDB, in the form that the contract suites take.

import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { createRegistry, createRegistryWriter } from '../../src/adapters/aws/registry-table.ts';
import { createReplayLedger } from '../../src/adapters/aws/replay-table.ts';
import type { GrantStoreUnderTest } from '../contracts/grant-store.ts';
import type { RegistryUnderTest } from '../contracts/registry.ts';
import type { ReplayLedgerUnderTest } from '../contracts/replay-ledger.ts';
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

export function replayLedgerOn({ client, close }: Tables): ReplayLedgerUnderTest {
  return { ledger: createReplayLedger({ client, table: TABLES.replay }), close };
}

export function registryOn({ client, close }: Tables): RegistryUnderTest {
  const options = { client, table: TABLES.registry };
  return {
    registry: createRegistry(options),
    writer: createRegistryWriter(options),
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
