// Which assertions are accepted, and what becomes of them.

import { describe, expect, test } from 'vitest';
import type { IssuerKind } from '../../../src/core/model.ts';
import { verifyAssertion } from '../../../src/core/verify/assertion.ts';
import { createTestIssuer } from '../../support/issuer.ts';

const KINDS: readonly IssuerKind[] = [
  'aws-sts',
  'kubernetes',
  'github',
  'gitlab',
  'google',
  'entra',
  'spiffe',
  'oidc',
];

describe('an assertion', () => {
  test.each(KINDS)('[VERIFY-1] of kind %s is accepted', async (kind) => {
    const issuer = await createTestIssuer({ kind });
    const token = await issuer.sign();
    const trust = { issuers: [issuer.config], keys: issuer.keys };
    const workload = await verifyAssertion(token, trust, new Date());
    expect(workload.issuer).toBe(issuer.config);
    expect(workload.subject).not.toBe('');
  });
});
