// The signature itself, by jose. The algorithm is the key's, never the token's own word.

import { compactVerify } from 'jose';
import type { VerificationKey } from '../ports.ts';
import { Flaw } from './flaw.ts';

/** @throws Flaw when the signature does not verify with this key and its one algorithm. */
export async function verifySignature(
  token: string,
  { key, algorithm }: Pick<VerificationKey, 'key' | 'algorithm'>,
): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
  } catch (cause) {
    // jose throws TypeError for keys it does not like; neither kind of error is the caller's to see
    throw new Flaw('signature', { cause });
  }
}
