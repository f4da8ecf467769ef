// Decides whether a workload assertion (an OIDC JWT) proves who runs: allow-listed issuer first, then header, key,
// signature and claims (RFC 8725bis, RFC 7523 §3). Anything else is one refusal; the log alone learns which check.

import type { Issuer, Workload } from '../model.ts';
import type { KeySource, VerificationKey } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { parseCompact } from './compact-jws.ts';
import { Flaw, must } from './flaw.ts';
import { checkHeader } from './header.ts';
import type { JsonObject } from './json.ts';
import { kindOf } from './kinds/table.ts';
import { checkRegisteredClaims } from './registered-claims.ts';
import { verifySignature } from './signature.ts';
import { hashSigningInput, makeWorkload } from './workload.ts';

interface Trust {
  readonly issuers: readonly Issuer[];
  readonly keys: KeySource;
}

/**
 * Verifies one assertion at `now`.
 * @throws Refusal `assertion_rejected`; `issuer_unavailable` when the issuer's keys cannot be had
 */
export async function verifyAssertion(token: string, trust: Trust, now: Date): Promise<Workload> {
  try {
    return await verify(token, trust, now);
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    throw new Refusal('assertion_rejected', { detail: error.message, cause: error.cause });
  }
}

async function verify(token: string, trust: Trust, now: Date): Promise<Workload> {
  const { header, claims, signingInput } = parseCompact(token);
  const issuer = findIssuer(claims, trust.issuers);
  const kind = kindOf(issuer);
  const { alg, kid } = checkHeader(header, issuer, kind);
  const key = await trust.keys.find(issuer, { alg, ...(kid !== undefined && { kid }) });
  await checkSignature(token, key, alg);
  const { subject, id, expiresAt } = checkRegisteredClaims(claims, { issuer, kind, now });
  return makeWorkload({
    issuer,
    subject,
    claims: kind.checkClaims(claims, issuer),
    assertionId: id ?? hashSigningInput(signingInput),
    assertionExpiresAt: expiresAt,
  });
}

/** The one allow-listed issuer that the claims name, by equality; nothing is fetched for any other. */
function findIssuer(claims: JsonObject, issuers: readonly Issuer[]): Issuer {
  const [issuer, ...others] = issuers.filter((each) => kindOf(each).isNamedBy(claims, each));
  must(issuer !== undefined, 'issuer');
  must(others.length === 0, 'issuer is listed once');
  return issuer;
}

async function checkSignature(token: string, key: VerificationKey | undefined, alg: string): Promise<void> {
  must(key !== undefined, 'key');
  must(key.algorithm === alg, 'key algorithm');
  verifySignature(token, key);
}
