import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RemitCredentials, remitCredentials } from '../../src/client/provider.ts';
import { type FakeBroker, startFakeBroker } from './fake-broker.ts';

/** Takes every S3 call and remembers which access key signed it. */
let s3: Server;
let signedBy: string[];
let broker: FakeBroker;
let provider: RemitCredentials | undefined;

beforeEach(async () => {
  signedBy = [];
  s3 = createServer((request, response) => {
    signedBy.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody');
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
  broker = await startFakeBroker();
  vi.stubEnv('REMIT_BROKER', broker.url);
  vi.stubEnv('REMIT_AGENT', 'billing-agent');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await provider?.complete();
  provider = undefined;
  await broker.close();
  s3.closeAllConnections();
  await new Promise((resolve) => s3.close(resolve));
});

function open(): { client: S3Client; provider: RemitCredentials } {
  provider = remitCredentials({
    task: 'export-invoices',
    parameters: { customer: 'cus_1' },
    purpose: 'test',
  });
  const { port } = s3.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    region: 'eu-central-1',
    endpoint,
    forcePathStyle: true,
    credentials: provider,
  });
  return { client, provider };
}

describe('remitCredentials with the AWS SDK', () => {
  it('[CLIENT-6] 30 calls within a lease, inside the SDK refresh window, cost one broker call', async () => {
    const { client } = open();
    for (let call = 0; call < 10; call += 1) await client.send(new HeadBucketCommand({ Bucket: 'b' }));
    await Promise.all(Array.from({ length: 20 }, () => client.send(new HeadBucketCommand({ Bucket: 'b' }))));
    expect(signedBy).toHaveLength(30);
    expect(new Set(signedBy).size).toBe(1);
    expect(broker.count('request')).toBe(1);
    expect(broker.count('renew')).toBe(0);
  });

  it('[CLIENT-6] across leases the SDK signs with the living one', async () => {
    broker.leaseSeconds = 2;
    const { client } = open();
    const from = Date.now();
    while (new Set(signedBy).size < 3) {
      await client.send(new HeadBucketCommand({ Bucket: 'b' }));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const halfLives = (Date.now() - from) / 1000;
    expect(broker.count('request')).toBe(1);
    expect(broker.count('renew')).toBeGreaterThanOrEqual(2);
    expect(broker.count('renew')).toBeLessThanOrEqual(2 * halfLives);
  });

  it('tells the SDK when the lease ends', async () => {
    const { provider } = open();
    const from = Date.now();
    const { expiration } = await provider();
    expect(expiration.getTime()).toBeGreaterThanOrEqual(from + 59_000);
    expect(expiration.getTime()).toBeLessThanOrEqual(Date.now() + 61_000);
  });

  it('[CLIENT-8] completes once, and gives nothing out afterwards', async () => {
    const { provider } = open();
    await provider();
    expect(await provider.complete('done')).toMatchObject({ done: true });
    await expect(provider()).rejects.toMatchObject({ code: 'closed' });
    expect(broker.calls.at(-1)?.form['outcome']).toBe('done');
  });

  it('an SDK call without a broker fails at once with our sentence and its fix', async () => {
    await broker.close();
    const { client } = open();
    const failed = client.send(new HeadBucketCommand({ Bucket: 'b' }));
    await expect(failed).rejects.toMatchObject({
      message: expect.stringMatching(/^The local demo issuer did not answer/),
      fix: expect.stringContaining('remit dev'),
    });
    expect(signedBy).toEqual([]);
    broker = await startFakeBroker();
  });
});
