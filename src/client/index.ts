// What agents import from `agent-remit/client`: the AWS SDK credential provider, and the parts it is made of.

export { findAssertionSource, surroundings } from './assertions/find.ts';
export { fileSource } from './assertions/given.ts';
export type { AssertionSource, Surroundings } from './assertions/source.ts';
export { type BrokerClient, type BrokerClientOptions, createBrokerClient } from './broker-client.ts';
export { BrokerError } from './broker-error.ts';
export { type Closing, completeGrant } from './close-grant.ts';
export { type Endpoint, type EndpointOptions, openEndpoint } from './endpoint.ts';
export type { Granted, HeldGrant, HeldLease, Pending, TaskAsked } from './lease.ts';
export { createLeaseCache, type Held, type LeaseCache, type LeaseCacheOptions } from './lease-cache.ts';
export { createProofKey, openProofKey, type ProofKey, proofKeyFrom } from './proof-key.ts';
export {
  type RemitCredentials,
  type RemitCredentialsOptions,
  type RemitIdentity,
  remitCredentials,
} from './provider.ts';
