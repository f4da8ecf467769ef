// The scene of an attack on the verifier: a listed issuer, one honest assertion that is accepted, and forged ones
// that must all be refused with the one public sentence.

import { expect } from 'vitest';
import type { Issuer, IssuerKind, Workload } from '../../src/core/model.ts';
import type { KeySource } from '../../src/core/ports.ts';
import { REFUSALS } from '../../src/core/refusal.ts';
import { verifyAssertion } from '../../src/core/verify/assertion.ts';
import { createTestIssuer, type TestIssuer } from './issuer.ts';
import { refusalOf } from './requests.ts';

export interface Scene extends TestIssuer {
  readonly now: Date;
  verify(token: string, change?: Partial<{ issuers: readonly Issuer[]; keys: KeySource }>): Promise<Workload>;
  /** Expects the refusal, by the check that must catch it. */
  expectRefused(token: string | Promise<string>, check: string): Promise<void>;
}

/** Sets the scene, and shows that its honest assertion is accepted. */
export async function setScene(
  options: { readonly kind?: IssuerKind; readonly issuer?: string; readonly algorithm?: string } = {},
): Promise<Scene> {
  const now = new Date('2026-11-24T10:00:00.000Z');
  const issuer = await createTestIssuer({ kind: 'oidc', ...options, now: () => now });
  const verify: Scene['verify'] = (token, change = {}) =>
    verifyAssertion(token, { issuers: [issuer.config], keys: issuer.keys, ...change }, now);
  const honest = await verify(await issuer.sign());
  expect(honest.issuer).toBe(issuer.config);
  return {
    ...issuer,
    now,
    verify,
    expectRefused: async (token, check) => {
      const refusal = await refusalOf(verify(await token));
      expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: check });
      expect(refusal.message).toBe(REFUSALS.assertion_rejected.sentence);
    },
  };
}

/** Whole seconds of a date, as claims have them. */
export function seconds(date: Date, plus = 0): number {
  return Math.floor(date.getTime() / 1000) + plus;
}
