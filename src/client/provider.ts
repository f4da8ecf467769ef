// Credentials for the AWS SDK v3. The SDK asks its provider anew whenever less than 300 s are left, with leases of
// seconds on every call; the answer then comes from memory.

import { findAssertionSource, surroundings } from './assertions/find.ts';
import type { AssertionSource } from './assertions/source.ts';
import { createBrokerClient } from './broker-client.ts';
import type { Closing } from './close-grant.ts';
import type { TaskAsked } from './lease.ts';
import { createLeaseCache, type LeaseCacheOptions } from './lease-cache.ts';
import { openProofKey, type ProofKey } from './proof-key.ts';
import { brokerBase, DEFAULT_BROKER } from './transport.ts';

/** Which task, from which broker. */
export interface RemitCredentialsOptions
  extends TaskAsked,
    Pick<LeaseCacheOptions, 'onNotice' | 'waitForApproval'> {
  /** @default REMIT_BROKER, or http://localhost:8787 */
  readonly broker?: string;
  /** @default found by itself (docs/clients.md) */
  readonly assertion?: AssertionSource;
  /** @default REMIT_AUDIENCE, or the broker's base URL */
  readonly audience?: string;
  /** @default the key in REMIT_KEY_FILE, or one that lives as long as this process */
  readonly proofKey?: ProofKey;
}

/** What the AWS SDK expects (AwsCredentialIdentity). */
export interface RemitIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** An AwsCredentialIdentityProvider for one task, that also says when the task is done. */
export interface RemitCredentials {
  (): Promise<RemitIdentity>;
  /** Completes the grant; call it when the task is done. Never throws. */
  complete(outcome?: string): Promise<Closing>;
}

/** Credentials for `new S3Client({ credentials: remitCredentials({ … }) })`; nothing is asked before first use. */
export function remitCredentials(options: RemitCredentialsOptions): RemitCredentials {
  const { task, parameters, purpose } = options;
  const client = createBrokerClient(connection(options));
  const cache = createLeaseCache(client, { task, parameters, purpose }, options);
  const provide = async (): Promise<RemitIdentity> => {
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await cache.get();
    return { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt };
  };
  return Object.assign(provide, { complete: (outcome?: string) => cache.close(outcome) });
}

function connection(options: RemitCredentialsOptions) {
  const { env } = process;
  const broker = brokerBase(options.broker ?? env['REMIT_BROKER'] ?? DEFAULT_BROKER);
  const keyFile = env['REMIT_KEY_FILE'];
  const { proofKey } = options;
  const open = keyFile ? () => openProofKey(keyFile) : undefined;
  return {
    broker,
    assertions: options.assertion ?? findAssertionSource(surroundings(broker)),
    audience: options.audience ?? env['REMIT_AUDIENCE'],
    openProofKey: proofKey ? () => Promise.resolve(proofKey) : open,
    alwaysProve: proofKey !== undefined,
  };
}
