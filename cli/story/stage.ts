// What the story plays on: a broker client for one agent, and stock AWS SDK clients at the local AWS plane.

import { S3Client } from '@aws-sdk/client-s3';
import { type BrokerClient, createBrokerClient } from '../../src/client/broker-client.ts';
import type { HeldLease } from '../../src/client/lease.ts';

/** Where local mode answers. */
export interface Stage {
  readonly brokerUrl: string;
  readonly awsUrl: string;
  readonly region: string;
}

/** Asks the demo issuer for an assertion, over HTTP like any workload. @throws Error */
export async function fetchAssertion(brokerUrl: string, agent: string): Promise<string> {
  const url = new URL('/dev/assertion', brokerUrl);
  url.searchParams.set('agent', agent);
  const answer = await fetch(url);
  const body = (await answer.json()) as { assertion?: string; error?: string };
  if (body.assertion === undefined)
    throw new Error(body.error ?? `${url.pathname} answered ${answer.status}`);
  return body.assertion;
}

/** The client that agents use, with assertions of the demo issuer. */
export function brokerFor({ brokerUrl }: Stage, agent: string): BrokerClient {
  return createBrokerClient({
    broker: brokerUrl,
    assertions: {
      name: 'the local demo issuer',
      repeats: false,
      choosesAudience: false,
      fetch: () => fetchAssertion(brokerUrl, agent),
    },
  });
}

/** A stock S3 client with a lease's credentials; errors come at once instead of after retries. */
export function s3With({ awsUrl, region }: Stage, lease: HeldLease): S3Client {
  const { accessKeyId, secretAccessKey, sessionToken } = lease;
  return new S3Client({
    endpoint: awsUrl,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
}

/** What an attempt came to: its value, or the name and message of its error. */
export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly name: string; readonly message: string };

/** Runs something that may be refused. */
export async function attempt<Value>(run: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = (error as { code?: unknown }).code;
    return { ok: false, name: typeof code === 'string' ? code : error.name, message: error.message };
  }
}
