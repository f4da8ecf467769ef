// Looks into an assertion before it is sent: whose audience, and is it still alive? The broker alone verifies it;
// this only turns a puzzling refusal into a sentence that says what to mend.

import { decodeJwt, type JWTPayload } from 'jose';
import { BrokerError } from '../broker-error.ts';
import { type AssertionSource, unavailable } from './source.ts';

/** Clocks differ; a token that ends within this is still tried. */
const LEEWAY_SECONDS = 5;

/** @throws BrokerError `assertion_unavailable`, `assertion_audience`, `assertion_expired`. */
export function checkAssertion(
  token: string,
  source: Pick<AssertionSource, 'name'>,
  expected: { readonly audience: string | undefined; readonly now: number },
): void {
  const claims = decode(token);
  if (claims === undefined) throw unavailable(`What ${source.name} gave is not a JWT.`);
  const audiences = [claims.aud ?? []].flat();
  if (expected.audience !== undefined && !audiences.includes(expected.audience)) {
    const got = audiences.length === 0 ? 'none' : audiences.join(', ');
    throw new BrokerError(
      `The assertion from ${source.name} is for another audience: ${got} instead of ${expected.audience}.`,
      { code: 'assertion_audience' },
    );
  }
  if (claims.exp !== undefined && claims.exp + LEEWAY_SECONDS < expected.now / 1000) {
    const since = new Date(claims.exp * 1000).toISOString();
    throw new BrokerError(`The assertion from ${source.name} expired at ${since}.`, {
      code: 'assertion_expired',
    });
  }
}

/** Issuer, audience and subject of an assertion, for a person who compares them with the catalog. */
export function describeAssertion(token: string): string {
  const claims = decode(token);
  if (claims === undefined) return 'not a JWT';
  const { iss = '-', sub = '-', aud = '-' } = claims;
  return `issuer ${iss}, audience ${[aud].flat().join(' ')}, subject ${sub}`;
}

function decode(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
