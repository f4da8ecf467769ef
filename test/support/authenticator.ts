// A software authenticator: real ES256 keys in COSE, registrations without attestation, assertions with any flag,
// origin, relying party or challenge that a test wants. What the browser adds (client data) is made here too.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { PasskeyAssertion } from '../../src/core/approve/evidence.ts';

/** Flags of authenticator data (WebAuthn Level 3 §6.1). */
export const USER_PRESENT = 0x01;
export const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/** What is signed, and for which page. */
export interface Ceremony {
  /** Base64url, as the browser writes it, or raw bytes. */
  readonly challenge: string | Uint8Array;
  /** Of the page. @default the authenticator's origin */
  readonly origin?: string;
  /** @default the host of the authenticator's origin */
  readonly rpId?: string;
  /** @default present and verified */
  readonly flags?: number;
  readonly counter?: number;
  /** Members of the client data that replace the browser's own. */
  readonly clientData?: Readonly<Record<string, unknown>>;
}

export interface TestAuthenticator {
  /** Base64url. */
  readonly credentialId: string;
  /** COSE key, base64url: as the People table has it. */
  readonly publicKey: string;
  /** `navigator.credentials.create()`, as @simplewebauthn/browser sends it. */
  register(ceremony: Ceremony): RegistrationResponseJSON;
  /** `navigator.credentials.get()`, in the form of our API. */
  assert(ceremony: Ceremony): PasskeyAssertion;
}

/** A fresh key for pages of this origin. */
export function createAuthenticator(
  origin = 'https://remit.acme.dev',
  credentialId = randomBytes(32).toString('base64url'),
): TestAuthenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cose = coseKey(publicKey);
  const own = { origin, credentialId, cose, privateKey };
  return {
    credentialId,
    publicKey: cose.toString('base64url'),
    register: (ceremony) => register(own, ceremony),
    assert: (ceremony) => assert(own, ceremony),
  };
}

interface Own {
  readonly origin: string;
  readonly credentialId: string;
  readonly cose: Buffer;
  readonly privateKey: KeyObject;
}

function register(own: Own, ceremony: Ceremony): RegistrationResponseJSON {
  const { credentialId } = own;
  const id = Buffer.from(credentialId, 'base64url');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  const credential = Buffer.concat([Buffer.alloc(16), length, id, own.cose]);
  const authData = authenticatorData(own, ceremony, credential);
  const attestationObject = cborMap([
    [cborText('fmt'), cborText('none')],
    [cborText('attStmt'), cborMap([])],
    [cborText('authData'), cborBytes(authData)],
  ]);
  return {
    id: credentialId,
    rawId: credentialId,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: clientData(own, 'webauthn.create', ceremony).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    },
  };
}

function assert(own: Own, ceremony: Ceremony): PasskeyAssertion {
  const data = authenticatorData(own, ceremony);
  const client = clientData(own, 'webauthn.get', ceremony);
  const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
  return {
    credentialId: own.credentialId,
    authenticatorData: data.toString('base64url'),
    clientDataJSON: client.toString('base64url'),
    signature: sign('sha256', signed, own.privateKey).toString('base64url'),
  };
}

function clientData({ origin }: Own, type: string, ceremony: Ceremony): Buffer {
  const { challenge } = ceremony;
  const text = typeof challenge === 'string' ? challenge : Buffer.from(challenge).toString('base64url');
  const data = { type, challenge: text, origin: ceremony.origin ?? origin, crossOrigin: false };
  return Buffer.from(JSON.stringify({ ...data, ...ceremony.clientData }));
}

function authenticatorData({ origin }: Own, ceremony: Ceremony, credential?: Buffer): Buffer {
  const rpId = ceremony.rpId ?? new URL(ceremony.origin ?? origin).hostname;
  const flags = ceremony.flags ?? USER_PRESENT | USER_VERIFIED;
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(ceremony.counter ?? 0);
  return Buffer.concat([
    createHash('sha256').update(rpId).digest(),
    Buffer.from([credential === undefined ? flags : flags | HAS_CREDENTIAL]),
    counter,
    credential ?? Buffer.alloc(0),
  ]);
}

/** {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return cborMap([
    [cborInteger(1), cborInteger(2)],
    [cborInteger(3), cborInteger(-7)],
    [cborInteger(-1), cborInteger(1)],
    [cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
    [cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
  ]);
}

// RFC 8949: as much of CBOR as the above needs
function cborHead(major: number, length: number): Buffer {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  if (length < 256) return Buffer.from([type | 24, length]);
  return Buffer.from([type | 25, length >> 8, length & 255]);
}
function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
}
function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes]);
}
function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, text.length), Buffer.from(text)]);
}
function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);
}
