// A checkpoint: one signed statement of how far every shard has come. Checkpoints are numbered and chained
// themselves, so that one cannot be left out, and whoever keeps a copy of one can tell that a tail was cut off.

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { canonicalText } from '../record/canonical.ts';
import { digestOf } from '../record/digest.ts';
import type { ChainHead } from './chain.ts';
import { readExactly } from './record.ts';

const hash = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const statementSchema = z.strictObject({
  domain: z.literal('remit/checkpoint/v1'),
  trail: z.string().min(1),
  /** 1, 2, 3 … */
  number: z.number().int().min(1),
  at: z.iso.datetime(),
  /** Hash of the statement before it, or what stands for it before the first. */
  previous: hash,
  heads: z.array(z.strictObject({ shard: z.number().int().min(0), seq: z.number().int().min(0), hash })),
});

/** A statement with its signature, as it is archived. */
export const checkpointSchema = z.strictObject({
  statement: statementSchema,
  /** ECDSA over P-256 and SHA-256 of the statement's canonical JSON; DER in base64url. */
  signature: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text, 'not base64url'),
});

export type CheckpointStatement = z.output<typeof statementSchema>;
export type Checkpoint = z.output<typeof checkpointSchema>;

/** The statement that follows `before` in its chain. */
export function nextStatement(
  trail: string,
  before: Checkpoint | undefined,
  { heads, at }: { readonly heads: readonly ChainHead[]; readonly at: Date },
): CheckpointStatement {
  return {
    domain: 'remit/checkpoint/v1',
    trail,
    number: (before?.statement.number ?? 0) + 1,
    at: at.toISOString(),
    previous: statementHash(trail, before),
    heads: heads.map(({ shard, seq, hash: last }) => ({ shard, seq, hash: last })),
  };
}

/** What the next statement calls `previous`. */
export function statementHash(trail: string, checkpoint: Checkpoint | undefined): string {
  return digestOf(checkpoint?.statement ?? { domain: 'remit/checkpoint/v1', trail, number: 0 });
}

/** The bytes that are signed. */
export function signedBytes(statement: CheckpointStatement): Uint8Array {
  return Buffer.from(canonicalText(statement));
}

/** Whether `key` has signed this statement. */
export function isSignedBy(checkpoint: Checkpoint, key: KeyObject): boolean {
  const signature = Buffer.from(checkpoint.signature, 'base64url');
  return verify('sha256', signedBytes(checkpoint.statement), { key, dsaEncoding: 'der' }, signature);
}

/** The archived text. */
export function writeCheckpoint(checkpoint: Checkpoint): string {
  return canonicalText(checkpoint);
}

/** The checkpoint of an archived text, or undefined when it is not one. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  return readExactly(text, checkpointSchema);
}

/** A P-256 public key from PEM. @throws Error for anything else. */
export function readPublicKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not a P-256 public key');
  return key;
}
