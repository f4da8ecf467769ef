// Which DPoP proofs prove a key (RFC 9449 §4.3).

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { REFUSALS } from '../../../src/core/refusal.ts';
import { verifyProof } from '../../../src/core/verify/dpop.ts';
import { createProofKey, type ProofRequest } from '../../support/dpop.ts';
import { makeKey } from '../../support/issuer.ts';
import { refusalOf } from '../../support/requests.ts';
import { base64url, signJws } from '../../support/sign-jws.ts';

const NOW = new Date('2026-11-24T10:00:00.000Z');
const IAT = NOW.getTime() / 1000;
const REQUEST = { method: 'POST', url: 'https://broker.acme.dev/oauth2/token' };
const key = await createProofKey();

const prove = (changes: Partial<ProofRequest> = {}) => key.prove({ ...REQUEST, now: NOW, ...changes });
const check = (proof: string) => verifyProof(proof, REQUEST, NOW);

async function expectRefused(proof: string | Promise<string>, detail: string): Promise<void> {
  const refusal = await refusalOf(check(await proof));
  expect(refusal).toMatchObject({ code: 'proof_invalid', detail });
  expect(refusal.message).toBe(REFUSALS.proof_invalid.sentence);
}

describe('a proof', () => {
  test('[DPOP-1] for this request proves its key', async () => {
    const proof = await check(await prove({ jti: 'proof-1' }));
    expect(proof).toEqual({ thumbprint: key.thumbprint, proofId: 'proof-1', issuedAt: NOW });
  });

  test.each(['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256'])(
    '[DPOP-1] may be signed with %s',
    async (algorithm) => {
      const other = await createProofKey(algorithm);
      const proof = await check(await other.prove({ ...REQUEST, now: NOW }));
      expect(proof.thumbprint).toBe(other.thumbprint);
    },
  );

  test.each(['GET', 'post', '', 5, undefined])('[DPOP-2] for method %j is refused', async (htm) => {
    await expectRefused(prove({ claims: { htm } }), 'htm');
  });

  test.each([
    'https://broker.acme.dev/oauth2/token?x=1#y',
    'https://broker.acme.dev:443/oauth2/token',
    'HTTPS://Broker.ACME.dev/oauth2/token',
    'https://broker.acme.dev/oauth2/%74oken',
    'https://broker.acme.dev/./oauth2/token',
  ])('[DPOP-2] for %s is for the same address', async (htu) => {
    await check(await prove({ claims: { htu } }));
  });

  test.each([
    'http://broker.acme.dev/oauth2/token',
    'https://broker.acme.dev/oauth2/token/',
    'https://broker.acme.dev/oauth2/TOKEN',
    'https://broker.acme.dev/oauth2/revoke',
    'https://broker.acme.dev/oauth2%2Ftoken',
    'https://broker.acme.dev:8443/oauth2/token',
    'https://broker.acme.dev.attacker.dev/oauth2/token',
    'https://broker.acme.dev@attacker.dev/oauth2/token',
    'https://user@broker.acme.dev/oauth2/token',
    '/oauth2/token',
    '',
    undefined,
    5,
    [REQUEST.url],
  ])('[DPOP-2] for %j is refused', async (htu) => {
    await expectRefused(prove({ claims: { htu } }), 'htu');
  });

  test('[DPOP-3] is good for 60 seconds, and 5 ahead', async () => {
    await check(await prove({ claims: { iat: IAT - 60 } }));
    await check(await prove({ claims: { iat: IAT + 5 } }));
    await expectRefused(prove({ claims: { iat: IAT - 61 } }), 'iat too old');
    await expectRefused(prove({ claims: { iat: IAT + 6 } }), 'iat in the future');
    for (const iat of [undefined, null, String(IAT), [IAT]])
      await expectRefused(prove({ claims: { iat } }), 'iat');
  });
});

describe('the key in a proof', () => {
  test('[DPOP-4] must have made its signature', async () => {
    const other = await createProofKey();
    await expectRefused(prove({ header: { jwk: other.jwk } }), 'signature');
  });

  test('[DPOP-4] is public', async () => {
    const { privateKey } = makeKey('ES256');
    const jwk = privateKey.export({ format: 'jwk' });
    const header = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk });
    const payload = JSON.stringify({ htm: REQUEST.method, htu: REQUEST.url, iat: IAT, jti: 'x' });
    await expectRefused(signJws({ header, payload }, privateKey, 'ES256'), 'jwk member');
  });

  test.each([
    [{ kty: 'oct', k: 'c2VjcmV0' }, 'jwk member'],
    [{ kty: 'oct' }, 'key algorithm'],
    [{ ...key.jwk, crv: 'P-384' }, 'key algorithm'],
    [{ ...key.jwk, alg: 'ES384' }, 'key algorithm'],
    [{ ...key.jwk, use: 'enc' }, 'key use'],
    [{ ...key.jwk, y: key.jwk.x }, 'key material'],
    [{ ...key.jwk, x: `${key.jwk.x}=` }, 'key member encoding'],
    [{ ...key.jwk, x5c: ['MIIB'] }, 'jwk member'],
    [{ ...key.jwk, x: 5 }, 'key member'],
    [undefined, 'jwk'],
    [null, 'jwk'],
    ['text', 'jwk'],
    [[], 'jwk'],
  ])('[DPOP-4] is not %j', async (jwk, detail) => {
    await expectRefused(prove({ header: { jwk } }), detail);
  });

  test('[DPOP-4] is no short RSA key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const header = JSON.stringify({
      typ: 'dpop+jwt',
      alg: 'RS256',
      jwk: publicKey.export({ format: 'jwk' }),
    });
    await expectRefused(signJws({ header, payload: '{}' }, privateKey, 'RS256'), 'rsa key size');
  });

  test('[DPOP-6] has one thumbprint, whatever it says about itself', async () => {
    const jwk = { ...key.jwk, alg: 'ES256', use: 'sig', kid: 'k', key_ops: ['verify'], ext: true };
    expect((await check(await prove({ header: { jwk } }))).thumbprint).toBe(key.thumbprint);
  });

  test('[DPOP-6] with leading zeros is refused', async () => {
    const padded = base64url(Buffer.concat([Buffer.alloc(1), Buffer.from(String(key.jwk.x), 'base64url')]));
    await expectRefused(prove({ header: { jwk: { ...key.jwk, x: padded } } }), 'key member encoding');
  });
});

describe('a malformed proof is refused:', () => {
  test.each(['JWT', 'at+jwt', 'application/dpop+jwt', 'DPoP+JWT', '', undefined, 5])(
    '[DPOP-5] typ %j',
    async (typ) => {
      await expectRefused(prove({ header: { typ } }), 'typ');
    },
  );

  test.each(['none', 'HS256', 'es256', '', 5])('[DPOP-5] alg %j', async (alg) => {
    const header = JSON.stringify({ typ: 'dpop+jwt', alg, jwk: key.jwk });
    await expectRefused(`${base64url(header)}.${base64url('{}')}.${base64url('x')}`, 'alg');
  });

  test.each([{ kid: 'k' }, { x5c: ['MIIB'] }, { jku: 'https://attacker.dev' }])(
    '[DPOP-5] header %j',
    async (header) => {
      await expectRefused(prove({ header }), 'header member');
    },
  );

  test.each([undefined, '', 5, 'x'.repeat(257), 'a\nb'])('[DPOP-5] jti %j', async (jti) => {
    await expectRefused(prove({ claims: { jti } }), 'jti');
  });

  test.each([
    ['', 'compact form'],
    ['a.b', 'compact form'],
    ['a.b.c.d', 'compact form'],
    ['x'.repeat(8193), 'size'],
    ['x'.repeat(1024 * 1024), 'size'],
  ])('[DPOP-5] %.12s…', async (proof, detail) => {
    await expectRefused(proof, detail);
  });

  test('[DPOP-5] two proofs in one header', async () => {
    await expectRefused(`${await prove()}, ${await prove()}`, 'compact form');
  });

  test('[DPOP-5] two values for one claim', async () => {
    const { privateKey, jwk } = makeKey('ES256');
    const { kty, crv, x, y } = jwk;
    const header = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } });
    const claims = `"htm":"POST","htu":${JSON.stringify(REQUEST.url)},"iat":${IAT},"jti":"x"`;
    await check(signJws({ header, payload: `{${claims}}` }, privateKey, 'ES256'));
    const twice = signJws({ header, payload: `{${claims},"htm":"POST"}` }, privateKey, 'ES256');
    await expectRefused(twice, 'json duplicate member');
  });
});
