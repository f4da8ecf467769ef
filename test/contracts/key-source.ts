// What every source of an issuer's keys does, whatever it stands on.

import { describe, expect, test } from 'vitest';
import type { Issuer } from '../../src/core/model.ts';
import type { KeySource } from '../../src/core/ports.ts';
import { createTestIssuer, makeKey } from '../support/issuer.ts';

/** Makes a source over this published key set. */
type Start = (issuer: Issuer, keySet: { readonly keys: readonly object[] }) => KeySource;

export function keySourceContract(name: string, start: Start): void {
  describe(`key source: ${name}`, () => {
    const setUp = async (more: readonly object[] = []) => {
      const { config, keySet } = await createTestIssuer({ kind: 'oidc' });
      const issuer = { ...config, algorithms: ['ES256', 'ES384'] };
      return {
        issuer,
        kid: String(keySet.keys[0]?.['kid']),
        source: start(issuer, { keys: [...keySet.keys, ...more] }),
      };
    };

    test('[KEYS-10] finds the key of this id, bound to its algorithm', async () => {
      const { source, issuer, kid } = await setUp([makeKey('ES256').jwk]);
      const found = await source.find(issuer, { kid, alg: 'ES256' });
      expect(found).toMatchObject({ kid, algorithm: 'ES256' });
      expect(found?.key.type).toBe('public');
    });

    test('[KEYS-10] has nothing for another id or another algorithm', async () => {
      const { source, issuer, kid } = await setUp();
      expect(await source.find(issuer, { kid: 'other', alg: 'ES256' })).toBeUndefined();
      expect(await source.find(issuer, { kid, alg: 'ES384' })).toBeUndefined();
      expect(await source.find(issuer, { kid, alg: 'none' })).toBeUndefined();
    });

    test('[KEYS-10] finds the only key without an id, and none of two', async () => {
      const one = await setUp([makeKey('ES384').jwk]);
      expect(await one.source.find(one.issuer, { alg: 'ES256' })).toMatchObject({ kid: one.kid });
      const two = await setUp([makeKey('ES256').jwk]);
      expect(await two.source.find(two.issuer, { alg: 'ES256' })).toBeUndefined();
    });

    test('[KEYS-9] never hands out a private or symmetric key', async () => {
      const { privateKey } = makeKey('ES384');
      const leaked = { ...privateKey.export({ format: 'jwk' }), kid: 'leaked' };
      const { source, issuer } = await setUp([
        leaked,
        { kty: 'oct', k: 'AAAA', kid: 'shared', alg: 'ES256' },
      ]);
      expect(await source.find(issuer, { kid: 'leaked', alg: 'ES384' })).toBeUndefined();
      expect(await source.find(issuer, { kid: 'shared', alg: 'ES256' })).toBeUndefined();
    });
  });
}
