// Evidence and challenges as DynamoDB items and back.

import * as z from 'zod';
import type { DecisionTerms, Evidence } from '../../core/approve/evidence.ts';
import { DECISIONS, type GrantId, type Person } from '../../core/model.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { datesAsText, toEpochSeconds } from './grant-item.ts';

/** Evidence outlives the row of its grant, which stays 90 days after its end. */
export const EVIDENCE_DAYS = 400;
/** A challenge's row stays this long after it is worth nothing. */
const CHALLENGE_KEPT_SECONDS = 3600;
const ID = /^[A-Za-z0-9_-]{1,128}$/;

const time = z.iso.datetime().transform((text) => new Date(text));
const approver = z.object({ issuer: z.string(), subject: z.string() });

const termsSchema = z.object({
  grantId: z.custom<GrantId>((value) => typeof value === 'string'),
  requestDigest: z.string(),
  decision: z.enum(DECISIONS),
  reason: z.string(),
  approver,
  nonce: z.string(),
  expiresAt: time,
});

const evidenceSchema = z.object({
  evidenceId: z.string(),
  terms: termsSchema,
  decidedAt: time,
  idToken: z.string(),
  assertion: z.object({
    credentialId: z.string(),
    authenticatorData: z.string(),
    clientDataJSON: z.string(),
    signature: z.string(),
  }),
});

/** Whether a text can be the nonce of a challenge, and so the id of evidence. */
export function isEvidenceId(text: string): boolean {
  return ID.test(text);
}

/** Key of one decision's evidence. */
export function evidenceKey(evidenceId: string): string {
  return `EVIDENCE#${evidenceId}`;
}

/** Key of a challenge. */
export function challengeKey(nonce: string): string {
  return `CHALLENGE#${nonce}`;
}

/** Key of a person's newest approvals, counted in bins. */
export function rateKey({ issuer, subject }: Pick<Person, 'issuer' | 'subject'>): string {
  return `RATE#${issuer}#${subject}`;
}

/** The row of one decision's evidence. */
export function evidenceItem(evidence: Evidence): Record<string, unknown> & { readonly pk: string } {
  return {
    pk: evidenceKey(evidence.evidenceId),
    ...(datesAsText(evidence) as Record<string, unknown>),
    purgeAt: toEpochSeconds(addSeconds(evidence.decidedAt, EVIDENCE_DAYS * 86_400)),
  };
}

/** @throws Error when the row is not evidence. */
export function readEvidenceItem(item: Record<string, unknown>): Evidence {
  return evidenceSchema.parse(item);
}

/** The row of a challenge that nobody has answered yet. */
export function challengeItem(terms: DecisionTerms): Record<string, unknown> {
  return {
    pk: challengeKey(terms.nonce),
    ...(datesAsText(terms) as Record<string, unknown>),
    purgeAt: toEpochSeconds(addSeconds(terms.expiresAt, CHALLENGE_KEPT_SECONDS)),
  };
}

/** @throws Error when the row is not a challenge. */
export function readTerms(item: Record<string, unknown>): DecisionTerms {
  return termsSchema.parse(item);
}
