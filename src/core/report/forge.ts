// Assertions that must never be accepted, each made of a genuine one by a known attack (RFC 8725bis). What is sent to a
// broker by these is worth nothing anywhere: no forgery has a valid signature.

import { createHmac } from 'node:crypto';

/** A forged assertion and what is wrong with it. */
export interface Forgery {
  readonly attack: string;
  readonly assertion: string;
}

type Header = Readonly<Record<string, unknown>>;

/** Forgeries of a genuine assertion; `publicKey` is what a mistaken verifier would take for a shared secret. */
export function forgeries(genuine: string, publicKey: string): Forgery[] {
  const [head = '', claims = '', signature = ''] = genuine.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Header;
  const withHeader = (changes: Header, tail = signature) =>
    `${encode({ ...header, ...changes })}.${claims}.${tail}`;
  const hmac = (key: string) => {
    const input = `${encode({ ...header, alg: 'HS256' })}.${claims}`;
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  };
  return [
    { attack: 'alg none', assertion: withHeader({ alg: 'none' }, '') },
    { attack: 'alg nOnE', assertion: withHeader({ alg: 'nOnE' }, '') },
    { attack: 'HS256 with the public key as secret', assertion: hmac(publicKey) },
    { attack: 'HS256 with an empty secret', assertion: hmac('') },
    { attack: 'a key of its own in the header', assertion: withHeader({ jwk: { kty: 'oct', k: 'AA' } }) },
    { attack: 'a key elsewhere', assertion: withHeader({ jku: 'https://evil.example/keys' }) },
    { attack: 'a changed subject', assertion: `${head}.${changedClaims(claims)}.${signature}` },
    { attack: 'a changed signature', assertion: `${head}.${claims}.${otherSignature(signature)}` },
    { attack: 'no signature', assertion: `${head}.${claims}.` },
    { attack: 'padding', assertion: `${genuine}=` },
  ];
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function changedClaims(claims: string): string {
  const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Header;
  return encode({ ...read, sub: `${String(read['sub'])}-admin` });
}

function otherSignature(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  for (const at of bytes.keys()) bytes[at] = (bytes[at] ?? 0) ^ 0x55;
  return bytes.toString('base64url');
}
