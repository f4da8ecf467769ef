// The example catalog's agent with its everyday task, as a client of local mode.

import { brokerFor } from '../../cli/story/stage.ts';
import type { BrokerClient } from '../../src/client/broker-client.ts';
import type { Granted } from '../../src/client/lease.ts';
import type { Local } from './local.ts';

/** The grant for one customer's invoices, with the client that holds it. */
export async function askForInvoices(
  local: Local,
  agent = 'billing-agent',
): Promise<Granted & { readonly client: BrokerClient }> {
  const client = brokerFor(local, agent);
  const parameters = { customer: 'cus_12345678', month: '2026-10' };
  const granted = await client.request({ task: 'export-invoices', parameters, purpose: 'statement' });
  if (granted.kind !== 'granted') throw new Error('the example catalog allows this task');
  return { client, ...granted };
}
