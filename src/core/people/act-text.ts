// What a passkey signs when a person does something dangerous: the canonical JSON of the act, whole, in a domain of its
// own. The console writes the same text from what it shows and hashes it itself.

import { canonicalText } from '../record/canonical.ts';
import type { Act } from './acts.ts';
import { keyOf, type PersonKey } from './person.ts';

/** A signature for anything else never opens with this. */
export const ACT_DOMAIN = 'remit/act/v1';

/** What an act says beside target and reason; each act has members of its own. */
export type ActDetails = Readonly<Record<string, unknown>>;

/** Everything that a signature stands for. */
export interface ActTerms {
  readonly act: Act;
  /** Agent, grant, task or issuer; `everything`. */
  readonly target: string;
  /** The person's own words. */
  readonly reason: string;
  /** Absent: the act has none. */
  readonly details?: ActDetails;
  readonly actor: PersonKey;
  /** 256 bits, base64url; used once. */
  readonly nonce: string;
  /** The signature must be made before. */
  readonly expiresAt: Date;
}

/** The text whose SHA-256 is the challenge of an act. */
export function actText(terms: ActTerms): string {
  const { act, target, reason, details, actor, nonce, expiresAt } = terms;
  return canonicalText({
    domain: ACT_DOMAIN,
    act,
    target,
    reason,
    ...(details !== undefined && { details }),
    actor: keyOf(actor),
    nonce,
    expiresAt: expiresAt.toISOString(),
  });
}
