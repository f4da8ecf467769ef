// The key that local mode signs proofs of offboardings with: in a file that stays, or for one run in memory.

import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProofKey } from '../../core/offboard/ports.ts';
import { openSigningKey } from '../files/signing-key.ts';

/** @throws Error for a file that is no private P-256 key of ours */
export function localProofKey(path: string | undefined): ProofKey {
  if (path !== undefined) {
    const { signer, publicKey } = openSigningKey(path);
    // for whoever verifies
    writeFileSync(join(dirname(path), 'public-key.pem'), publicKey, { mode: 0o600 });
    return { sign: signer.sign, publicKey: async () => publicKey };
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return {
    sign: async (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'der' }),
    publicKey: async () => pem,
  };
}
