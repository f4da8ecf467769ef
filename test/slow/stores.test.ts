// The stores' contracts on moto's DynamoDB: another engine than the embedded one, the same promises.

import { inject } from 'vitest';
import { actStoreContract } from '../contracts/act-store.ts';
import { budgetStoreContract } from '../contracts/budget-store.ts';
import { decisionStoreContract } from '../contracts/decision-store.ts';
import { evidenceStoreContract } from '../contracts/evidence-store.ts';
import { findingStoreContract } from '../contracts/finding-store.ts';
import { grantStoreContract } from '../contracts/grant-store.ts';
import { peopleStoreContract } from '../contracts/people-store.ts';
import { registryContract } from '../contracts/registry.ts';
import { replayLedgerContract } from '../contracts/replay-ledger.ts';
import {
  actStoreOn,
  budgetStoreOn,
  decisionStoreOn,
  evidenceStoreOn,
  findingStoreOn,
  grantStoreOn,
  peopleStoreOn,
  registryOn,
  replayLedgerOn,
} from '../support/stores.ts';
import { connect, createTables, type Tables } from '../support/tables.ts';

async function onMoto(): Promise<Tables> {
  const endpoint = inject('moto');
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  const client = connect(endpoint);
  await createTables(client);
  return { endpoint, client, close: async () => client.destroy() };
}

grantStoreContract('moto', async () => grantStoreOn(await onMoto()));
replayLedgerContract('moto', async () => replayLedgerOn(await onMoto()));
registryContract('moto', async () => registryOn(await onMoto()));
decisionStoreContract('moto', async () => decisionStoreOn(await onMoto()));
evidenceStoreContract('moto', async () => evidenceStoreOn(await onMoto()));
findingStoreContract('moto', async () => findingStoreOn(await onMoto()));
peopleStoreContract('moto', async () => peopleStoreOn(await onMoto()));
actStoreContract('moto', async () => actStoreOn(await onMoto()));
budgetStoreContract('moto', async () => budgetStoreOn(await onMoto()));
