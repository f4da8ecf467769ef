// The compact form of a JWS, before any cryptography (RFC 7515 §7.1): bounded size, three segments, one encoding.
// Base64url that decodes to the same bytes as another text is refused: a malleated copy is not a second assertion.

import { Flaw, must } from './flaw.ts';
import { isObject, type JsonObject, readJson } from './json.ts';

/** Longest token accepted, in characters. Tokens of AWS and Entra stay below 8 KiB. */
export const MAX_TOKEN_CHARACTERS = 16 * 1024;

/** A parsed but unverified JWS: nothing in it may be believed. */
export interface UnverifiedJws {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** `<header>.<payload>` as signed. */
  readonly signingInput: string;
}

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** @throws Flaw */
export function parseCompact(token: string): UnverifiedJws {
  // before anything else: what follows costs time in proportion to the size
  must(token.length <= MAX_TOKEN_CHARACTERS, 'size');
  const [, header, payload, signature] = COMPACT.exec(token) ?? [];
  if (header === undefined || payload === undefined || signature === undefined)
    throw new Flaw('compact form');
  decodeSegment(signature);
  return {
    header: readObject(header, 'header'),
    claims: readObject(payload, 'payload'),
    signingInput: `${header}.${payload}`,
  };
}

function readObject(segment: string, part: string): JsonObject {
  const value = readJson(decodeSegment(segment));
  must(isObject(value), `${part} object`);
  return value;
}

function decodeSegment(segment: string): Uint8Array {
  const bytes = Buffer.from(segment, 'base64url');
  must(bytes.toString('base64url') === segment, 'canonical base64url');
  return bytes;
}
