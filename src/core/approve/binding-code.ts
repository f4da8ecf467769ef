// Short codes that two people compare by eye: on the approver's page and at the agent's operator, or on two screens
// when a passkey is confirmed. They prevent mix-ups; nothing is granted because of one.

import { createHash } from 'node:crypto';
import type { GrantId } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 5 bits each: 40 bits. */
const CODE_CHARACTERS = 8;

/** `XXXX-XXXX` of a request, the same wherever it is shown. */
export function bindingCode(grantId: GrantId, requestDigest: string): string {
  return shortCode({ domain: 'remit/binding-code/v1', grantId, requestDigest });
}

/** `XXXX-XXXX` in Crockford's base 32, from the SHA-256 of the canonical JSON of `value`. */
export function shortCode(value: unknown): string {
  const bits = createHash('sha256').update(canonicalText(value)).digest().readBigUInt64BE();
  const characters = Array.from({ length: CODE_CHARACTERS }, (_, index) =>
    CROCKFORD.charAt(Number((bits >> BigInt(59 - 5 * index)) & 31n)),
  ).join('');
  return `${characters.slice(0, 4)}-${characters.slice(4)}`;
}
