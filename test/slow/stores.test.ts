// The stores' contracts on moto's DynamoDB: another engine than the embedded one, the same promises.

import { inject } from 'vitest';
import { everyStoreContract } from '../contracts/every-store.ts';
import { connect, createTables, type Tables } from '../support/tables.ts';

async function onMoto(): Promise<Tables> {
  const endpoint = inject('moto');
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  const client = connect(endpoint);
  await createTables(client);
  return { endpoint, client, close: async () => client.destroy() };
}

everyStoreContract('moto', onMoto);
