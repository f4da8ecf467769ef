// The proof as a document: what was looked at, by whom it is signed, and how anybody checks that offline. The text is
// canonical JSON (RFC 8785) and read back only from exactly that text.

import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { readExactly } from '../audit/record.ts';
import { canonicalText } from '../record/canonical.ts';
import { digestOf } from '../record/digest.ts';
import { CHECK_IDS } from './check.ts';

const text = z.string();
const time = z.iso.datetime();
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const person = z.strictObject({ issuer: text, subject: text, name: text.exactOptional() });

const checkSchema = z.strictObject({
  id: z.enum(CHECK_IDS),
  says: text,
  /** Seen in the tables or tried; concluded from how Remit works; or not looked at, and why. */
  basis: z.enum(['observed', 'reasoned', 'not-looked-at']),
  why: text.exactOptional(),
  evidence: z.record(text, z.union([text, z.number(), z.boolean(), z.array(text)])),
});

const statementSchema = z.strictObject({
  domain: z.literal('remit/offboarding/v1'),
  /** Which deployment says so. */
  deployment: text,
  agent: z.strictObject({ id: text, owner: person, purpose: text, environment: text }),
  retired: z.strictObject({ by: person, reason: text, at: time }),
  /** Every one of them holds. */
  checks: z.array(checkSchema).length(CHECK_IDS.length),
  catalogDigest: text,
  generatedAt: time,
  requestId: text,
  /** SHA-256 of the signing key's SPKI. */
  signedBy: digest,
});

/** A statement with its signature and the key that it names. */
export const proofSchema = z.strictObject({
  statement: statementSchema,
  /**
   * ECDSA over P-256 and SHA-256 of the canonical JSON `{"digest": "sha256:<of the statement's canonical JSON>",
   * "domain": "remit/offboarding/v1"}`; DER in base64url.
   */
  signature: z
    .string()
    .refine((value) => Buffer.from(value, 'base64url').toString('base64url') === value, 'not base64url'),
  /** SPKI as PEM. It proves nothing by itself: compare it with the deployment's. */
  publicKey: text,
});

export type ProofStatement = z.output<typeof statementSchema>;
export type OffboardingProof = z.output<typeof proofSchema>;

/** The bytes that are signed: short, so that KMS hashes them itself. */
export function proofBytes(statement: ProofStatement): Uint8Array {
  return Buffer.from(canonicalText({ domain: statement.domain, digest: digestOf(statement) }));
}

/** The text that is stored and handed out. */
export function writeProof(proof: OffboardingProof): string {
  return canonicalText(proof);
}

/** `sha256:<hex>` of a public key's SPKI. @throws Error for what is no P-256 public key */
export function keyDigest(pem: string): string {
  const der = readKey(pem).export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(der).digest('hex')}`;
}

/** The one way to write a public key. @throws Error for what is no P-256 public key */
export function pemOf(pem: string): string {
  return readKey(pem).export({ type: 'spki', format: 'pem' }).toString();
}

/** What checking a proof came to. */
export type ProofVerdict =
  | { readonly isValid: true; readonly proof: OffboardingProof; readonly isKeyKnown: boolean }
  | { readonly isValid: false; readonly why: string };

/**
 * Checks a proof offline. With `trusted`, the deployment's public key as PEM, it must be signed by that one; without,
 * the key that the proof brings along is used, which says no more than that nothing was altered since somebody signed.
 */
export function verifyProof(file: string, trusted?: string): ProofVerdict {
  const proof = readExactly(file.replace(/\r?\n$/, ''), proofSchema);
  if (proof === undefined)
    return {
      isValid: false,
      why: 'It is not the canonical text of an offboarding proof: something was altered.',
    };
  try {
    const key = readKey(proof.publicKey);
    if (pemOf(proof.publicKey) !== proof.publicKey)
      return { isValid: false, why: 'The key in it is not written as it was: it was altered.' };
    if (keyDigest(proof.publicKey) !== proof.statement.signedBy)
      return { isValid: false, why: 'The key in it is not the one that it says has signed it.' };
    if (trusted !== undefined && keyDigest(trusted) !== proof.statement.signedBy)
      return { isValid: false, why: 'It was signed with another key than the one you trust.' };
    if (!isSignedBy(proof, key))
      return { isValid: false, why: 'The signature does not fit what it says: it was altered.' };
  } catch {
    return { isValid: false, why: 'A public key is not a P-256 key in PEM.' };
  }
  return { isValid: true, proof, isKeyKnown: trusted !== undefined };
}

function isSignedBy({ statement, signature }: OffboardingProof, key: KeyObject): boolean {
  const given = Buffer.from(signature, 'base64url');
  return verify('sha256', proofBytes(statement), { key, dsaEncoding: 'der' }, given);
}

function readKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not a P-256 public key');
  return key;
}

/** The published schema: file name in docs/schemas and its text. */
export function proofSchemas(): ReadonlyMap<string, string> {
  const schema = z.toJSONSchema(proofSchema, { target: 'draft-2020-12' });
  const named = { $id: 'urn:remit:schema:offboarding-proof:1', ...schema };
  return new Map([['offboarding-proof.json', `${JSON.stringify(named, undefined, 2)}\n`]]);
}
