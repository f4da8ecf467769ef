// Local mode: how many exchanges a second, and how long a credential lives on after its grant was completed.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createBrokerClient } from '../src/client/broker-client.ts';
import type { HeldLease } from '../src/client/lease.ts';
import { type Local, startLocal } from '../test/support/local.ts';
import type { Figure, Measurement } from './figure.ts';

const EXCHANGES = 150;
const ask = (customer: string) => ({
  task: 'export-invoices',
  parameters: { customer, month: '2026-10' },
  purpose: 'benchmark',
});

function clientOf(local: Local) {
  return createBrokerClient({
    broker: local.brokerUrl,
    assertions: {
      name: 'local mode',
      repeats: false,
      choosesAudience: false,
      fetch: () => local.assertion('billing-agent'),
    },
  });
}

/** Exchanges per second, one after the other. */
export async function localRate(): Promise<number> {
  const local = await startLocal();
  try {
    const client = clientOf(local);
    for (let count = 0; count < 20; count += 1) await client.request(ask('cus_12345678'));
    const started = performance.now();
    for (let count = 0; count < EXCHANGES; count += 1) await client.request(ask('cus_12345678'));
    return EXCHANGES / ((performance.now() - started) / 1000);
  } finally {
    await local.close();
  }
}

async function works(local: Local, lease: HeldLease, customer: string): Promise<boolean> {
  const { accessKeyId, secretAccessKey, sessionToken } = lease;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const s3 = new S3Client({ endpoint: local.awsUrl, region: local.region, credentials, maxAttempts: 1 });
  try {
    await s3.send(
      new GetObjectCommand({ Bucket: 'acme-invoices', Key: `${customer}/2026-10/invoice-1.txt` }),
    );
    return true;
  } catch {
    return false;
  } finally {
    s3.destroy();
  }
}

async function run(): Promise<readonly Figure[]> {
  const local = await startLocal();
  try {
    const client = clientOf(local);
    const mine = await client.request(ask('cus_12345678'));
    if (mine.kind !== 'granted') throw new Error('not granted');
    const leaseSeconds = (mine.lease.expiresAt.getTime() - Date.now()) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const sibling = await client.request(ask('cus_87654321'));
    if (sibling.kind !== 'granted') throw new Error('not granted');
    await client.complete(mine.grant);
    const completed = performance.now();
    while (await works(local, mine.lease, 'cus_12345678'))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const seconds = (performance.now() - completed) / 1000;
    const alive = await works(local, sibling.lease, 'cus_87654321');
    return [
      { name: 'time to dead after complete', value: seconds, unit: 's', aim: { atMost: leaseSeconds + 1 } },
      { name: 'life of its lease', value: leaseSeconds, unit: 's' },
      { name: 'sibling still works', value: alive ? 1 : 0, unit: '(1: yes)', aim: { atLeast: 1 } },
    ];
  } finally {
    await local.close();
  }
}

export const timeToDead: Measurement = { name: 'dead', title: 'How a credential dies after complete', run };
