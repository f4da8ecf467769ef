// Whatever arrives, the answer is a workload or a refusal; and no changed copy of a token is another assertion.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../src/core/refusal.ts';
import { verifyProof } from '../../../src/core/verify/dpop.ts';
import { parseJson } from '../../../src/core/verify/json.ts';
import { setScene } from '../../support/attack.ts';
import { createProofKey } from '../../support/dpop.ts';

const scene = await setScene();
const issuers = await Promise.all(
  (['aws-sts', 'kubernetes', 'spiffe'] as const).map((kind) => setScene({ kind })),
);
const REQUEST = { method: 'POST', url: 'https://broker.acme.dev/oauth2/token' };

/** The id of the assertion, or undefined for the one refusal; anything else is a crash and fails the test. */
async function idOf(call: Promise<{ assertionId: string }>): Promise<string | undefined> {
  try {
    return (await call).assertionId;
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Refusal).code).toBe('assertion_rejected');
    return undefined;
  }
}

const charCode = fc.integer({ min: 0, max: 255 });

describe('[VERIFY-21] a changed copy of a token', () => {
  test.each([{}, { jti: undefined }])('with %j is refused, or is the same assertion', async (claims) => {
    const token = await scene.sign(claims);
    const { assertionId } = await scene.verify(token);
    const position = fc.nat({ max: token.length - 1 });
    await fc.assert(
      fc.asyncProperty(position, charCode, async (at, code) => {
        const copy = token.slice(0, at) + String.fromCharCode(code) + token.slice(at + 1);
        expect([undefined, assertionId]).toContain(await idOf(scene.verify(copy)));
      }),
      { numRuns: 1000 },
    );
  });

  test('is refused when anything was put in, taken out or swapped', async () => {
    const token = await scene.sign();
    const place = fc.nat({ max: token.length });
    await fc.assert(
      fc.asyncProperty(place, place, fc.string({ maxLength: 4 }), async (from, to, text) => {
        const copy = token.slice(0, Math.min(from, to)) + text + token.slice(Math.max(from, to));
        fc.pre(copy !== token);
        expect(await idOf(scene.verify(copy))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('is refused when one bit of the decoded header or claims is flipped', async () => {
    const [header = '', payload = '', signature] = (await scene.sign()).split('.');
    const flip = (segment: string, bit: number) => {
      const bytes = Buffer.from(segment, 'base64url');
      const at = Math.floor(bit / 8) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
      return bytes.toString('base64url');
    };
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 4096 }), fc.boolean(), async (bit, inHeader) => {
        const copy = inHeader ? `${flip(header, bit)}.${payload}` : `${header}.${flip(payload, bit)}`;
        expect(await idOf(scene.verify(`${copy}.${signature}`))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe('[VERIFY-20] whatever comes is answered', () => {
  test('any text as a token', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), async (text) => {
        expect(await idOf(scene.verify(text))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('any JSON as signed claims', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), async (text) => {
        expect(await idOf(scene.verify(scene.signRaw(text)))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('any JSON as a header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (text) => {
        const token = scene.signRaw(JSON.stringify(scene.claims()), text);
        expect(await idOf(scene.verify(token))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('any bytes as claims', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await idOf(scene.verify(scene.signRaw(bytes)))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('any value in any claim of a valid assertion, of kinds with claims of their own', async () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(1e300, -0, '', '__proto__'));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...issuers), fc.nat(), value, async (each, index, changed) => {
        const names = Object.keys(each.claims());
        const name = names[index % names.length] ?? 'sub';
        const id = await idOf(each.verify(await each.sign({ [name]: changed })));
        expect(['string', 'undefined']).toContain(typeof id);
      }),
      { numRuns: 300 },
    );
  });

  test('any text as a proof, and any JSON in its key', async () => {
    const key = await createProofKey();
    const outcome = (proof: string) =>
      verifyProof(proof, REQUEST, scene.now).then(
        () => 'proven',
        (error: unknown) => (error instanceof Refusal ? error.code : 'crash'),
      );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }), async (text, jwk) => {
        expect(await outcome(text)).toBe('proof_invalid');
        const proof = await key.prove({ ...REQUEST, now: scene.now, header: { jwk } });
        expect(await outcome(proof)).toBe('proof_invalid');
      }),
      { numRuns: 200 },
    );
  });
});

describe('strict JSON', () => {
  test('[VERIFY-20] reads what JSON.parse reads, for values without traps', () => {
    const safe = fc.jsonValue({ maxDepth: 5 }).filter((value) => !/__proto__/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(safe, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\\ud[89a-f]/i.test(text));
        expect(JSON.stringify(parseJson(text))).toBe(text);
      }),
    );
  });

  test('[VERIFY-8] finds a duplicate member wherever it is put', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 5 }),
        name,
        fc.nat({ max: 10 }),
        (path, twice, spaces) => {
          const key = JSON.stringify(twice);
          const inner = `{${key}:1,${' '.repeat(spaces)}${key}:2}`;
          const text = path.reduce((value, each) => `[{${JSON.stringify(each)}:${value}},1]`, inner);
          expect(() => parseJson(text)).toThrow('json duplicate member');
        },
      ),
    );
  });
});
