// Shapes that several routes have in common: names, times, and what browsers send of a passkey.

import * as z from 'zod';
import { isPlainText } from '../../../core/verify/plain-text.ts';

/** Longest issuer or subject of a person, in bytes: both together are the key of a row. */
const MAX_PERSON_BYTES = 768;
/** Longest member of what a passkey makes, in base64url characters. */
const MAX_MEMBER_CHARACTERS = 16_384;
/** 1,023 bytes, the longest credential id (WebAuthn Level 3 §4), in base64url. */
const MAX_CREDENTIAL_ID_CHARACTERS = 1364;

/** Id of an agent or task. */
export const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/);

/** An instant, ISO 8601 with its zone; in a year of four digits in UTC too, since keys sort by its text. */
export const time = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((at) => /^\d{4}-/.test(at.toISOString()));

/** Issuer or subject of a person. */
export const personPart = z
  .string()
  .refine((text) => isPlainText(text, MAX_PERSON_BYTES) && Buffer.byteLength(text) <= MAX_PERSON_BYTES);

/** Bytes in base64url. */
export const bytes = z
  .string()
  .max(MAX_MEMBER_CHARACTERS)
  .regex(/^[A-Za-z0-9_-]+$/);

/** Id of a passkey. */
export const credentialId = bytes.max(MAX_CREDENTIAL_ID_CHARACTERS);

/** A passkey's answer to a challenge. */
export const assertion = z.strictObject({
  credentialId,
  authenticatorData: bytes,
  clientDataJSON: bytes,
  signature: bytes,
});

/** The answer to a challenge of ours. */
export const answered = z.strictObject({ nonce: bytes, assertion });
