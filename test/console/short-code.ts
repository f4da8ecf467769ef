// The short code of a value, as the console must compute it: Crockford base 32 of the first 40 bits of the digest.

import { createHash } from 'node:crypto';
import { canonicalText } from '../../src/core/record/canonical.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `XXXX-XXXX`. */
export function shortCodeOf(value: unknown): string {
  const bytes = createHash('sha256').update(canonicalText(value)).digest();
  const bits = [...bytes.subarray(0, 5)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const characters = bits.match(/.{5}/g)?.map((five) => CROCKFORD.charAt(Number.parseInt(five, 2))) ?? [];
  return `${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`;
}
