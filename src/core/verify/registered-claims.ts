// The registered claims of an assertion (RFC 7519 §4.1): audience, lifetime, subject and id. Every check is stated
// here and none can be left out by a configuration; jose skips those whose option is undefined.

import type { Issuer } from '../model.ts';
import { must } from './flaw.ts';
import type { JsonObject } from './json.ts';
import type { Kind } from './kinds/kind.ts';
import { isPlainText } from './plain-text.ts';

/** How far the issuer's clock may be off. Replay rows outlive `exp` by 120 s, so they outlive this. */
export const CLOCK_LEEWAY_SECONDS = 30;
export const MAX_SUBJECT_CHARACTERS = 512;
export const MAX_ID_CHARACTERS = 256;

export interface RegisteredClaims {
  readonly subject: string;
  readonly id: string | undefined;
  readonly expiresAt: Date;
}

interface Terms {
  readonly issuer: Issuer;
  readonly kind: Kind;
  readonly now: Date;
}

/** @throws Flaw */
export function checkRegisteredClaims(claims: JsonObject, { issuer, kind, now }: Terms): RegisteredClaims {
  checkAudience(claims['aud'], issuer.audience);
  const expiresAt = checkLifetime(claims, { issuer, kind, now });
  const subject = claims['sub'];
  must(isPlainText(subject, MAX_SUBJECT_CHARACTERS), 'sub');
  const id = claims['jti'];
  must(id !== undefined || !kind.requires.includes('jti'), 'jti missing');
  must(id === undefined || isPlainText(id, MAX_ID_CHARACTERS), 'jti');
  return { subject, id, expiresAt };
}

/** One audience, ours: a token for several parties can be replayed by each of them. */
function checkAudience(aud: unknown, expected: string): void {
  must(typeof expected === 'string' && expected !== '', 'audience is configured');
  const only: unknown = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  must(only === expected, 'aud');
}

function checkLifetime(claims: JsonObject, { issuer, kind, now }: Terms): Date {
  const seconds = now.getTime() / 1000;
  const { exp, iat, nbf } = claims as { exp?: unknown; iat?: unknown; nbf?: unknown };
  must(isNumericDate(exp), 'exp');
  must(iat === undefined ? !kind.requires.includes('iat') : isNumericDate(iat), 'iat');
  must(nbf === undefined || isNumericDate(nbf), 'nbf');
  must(exp > seconds - CLOCK_LEEWAY_SECONDS, 'expired');
  const issuedAt = iat === undefined ? seconds : Number(iat);
  must(issuedAt <= seconds + CLOCK_LEEWAY_SECONDS, 'iat in the future');
  must(nbf === undefined || Number(nbf) <= seconds + CLOCK_LEEWAY_SECONDS, 'nbf in the future');
  const cap = Math.min(issuer.maxLifetimeSeconds, kind.maxLifetimeSeconds);
  // an unusable cap is NaN or negative, and holds nothing
  must(exp > issuedAt || iat === undefined, 'exp before iat');
  must(exp - issuedAt <= cap, 'lifetime');
  return new Date(exp * 1000);
}

/** Whole seconds: `1e999` and fractions are not dates that every reader takes alike. */
function isNumericDate(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= MAX_EPOCH_SECONDS;
}

/** Year 9999: beyond it a Date has no ISO form of four digits. */
const MAX_EPOCH_SECONDS = 253_402_300_799;
