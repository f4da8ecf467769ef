import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProofKey, openProofKey, proofKeyFrom } from '../../src/client/proof-key.ts';
import { verifyProof } from '../../src/core/verify/dpop.ts';

const directory = mkdtempSync(join(tmpdir(), 'remit-key-'));

describe('proof keys', () => {
  it('[CLIENT-11] make proofs that the broker verifies', async () => {
    const key = await createProofKey();
    const url = 'https://remit.test/oauth2/token';
    const proof = await verifyProof(
      await key.prove({ method: 'POST', url }),
      { method: 'POST', url },
      new Date(),
    );
    expect(proof.thumbprint).toBe(key.thumbprint);
  });

  it('[CLI-13] one file is one key, 0600, also for many processes that start at once', async () => {
    const file = join(directory, 'new', 'key.json');
    const keys = await Promise.all(Array.from({ length: 8 }, () => openProofKey(file)));
    const again = await openProofKey(file);
    expect(new Set([...keys, again].map((key) => key.thumbprint)).size).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, 'new'))).toEqual(['key.json']);
  });

  it('a file with something else is told, not replaced', async () => {
    const file = join(directory, 'broken.json');
    writeFileSync(file, '{"kty":"RSA"}');
    await expect(openProofKey(file)).rejects.toThrow(/does not hold a proof key; remove it/);
  });

  it('a public key is not a proof key', async () => {
    const { d: _, ...publicJwk } = await (await createProofKey()).exportPrivate();
    await expect(proofKeyFrom(publicJwk)).rejects.toThrow('private EC P-256');
  });
});
