// The one place where a Workload comes into being, called by verifyAssertion after its last check. The type cannot
// be written by hand elsewhere: its brand is a symbol that model.ts does not export.

import { createHash } from 'node:crypto';
import type { Issuer, Workload } from '../model.ts';
import type { JsonObject } from './json.ts';

interface Verified {
  readonly issuer: Issuer;
  readonly subject: string;
  readonly claims: JsonObject;
  readonly assertionId: string;
  readonly assertionExpiresAt: Date;
}

/** A workload whose assertion has passed every check. */
export function makeWorkload(verified: Verified): Workload {
  return Object.freeze({ ...verified }) as unknown as Workload;
}

/** `sha256:<hex>` of the signing input: the same however the signature is malleated. */
export function hashSigningInput(signingInput: string): string {
  return `sha256:${createHash('sha256').update(signingInput).digest('hex')}`;
}
