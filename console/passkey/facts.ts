// The facts of a request, read from the very text whose SHA-256 is the request digest that a decision signs. A text
// that does not have the digest, is not canonical, or is of another request is not shown at all: somebody would sign
// something else than they see.

import * as z from 'zod/mini';
import { canonicalText } from '../../src/core/record/canonical.ts';
import type { RequestView } from '../api/answers.ts';
import { digestOfText, shortCode } from './digest.ts';

// zod would try to compile code, which the page's policy forbids
z.config({ jitless: true });

const text = z.string();
const names = z.array(text);
const oneOrMany = z.union([text, names]);

const statement = z.looseObject({
  Effect: z.literal('Allow'),
  Action: oneOrMany,
  Resource: oneOrMany,
  Condition: z.optional(z.record(text, z.record(text, z.union([text, names, z.number(), z.boolean()])))),
});

// strict: a member that this page does not know would be signed without being shown
const schema = z.strictObject({
  grantId: text,
  agent: text,
  workload: z.strictObject({ issuer: text, subject: text }),
  owner: z.strictObject({ issuer: text, subject: text }),
  requestedAt: text,
  task: text,
  parameters: z.record(text, z.union([text, z.number(), z.boolean()])),
  environment: text,
  account: text,
  permissions: z.array(statement),
  duration: z.strictObject({ lease: z.number(), maxDuration: z.number(), leases: z.nullable(z.number()) }),
  approval: z.strictObject({
    required: z.boolean(),
    approvers: names,
    quorum: z.number(),
    expiresAfterSeconds: z.number(),
    ownerMayApprove: z.boolean(),
    breakGlass: z.optional(text),
    escalateTo: names,
  }),
});

/** What would be granted, as it is signed. */
export type Facts = z.infer<typeof schema>;
/** One Allow statement of the facts. */
export type FactStatement = Facts['permissions'][number];

/** Facts that were verified, with the code that belongs to them. */
export interface VerifiedFacts {
  readonly facts: Facts;
  readonly text: string;
  readonly requestDigest: string;
  readonly bindingCode: string;
}

/** What the server shows is not what would be signed. */
export class FactsDiffer extends Error {
  override readonly name = 'FactsDiffer';
}

/** Verifies the facts of the request that the page was opened for. @throws FactsDiffer */
export async function verifyFacts(
  view: Pick<RequestView, 'facts' | 'requestDigest'>,
  grantId: string,
): Promise<VerifiedFacts> {
  const { facts: told, requestDigest } = view;
  if ((await digestOfText(told)) !== requestDigest)
    throw new FactsDiffer('The facts do not have the digest that the decision would sign.');
  const facts = parse(told);
  if (facts.grantId !== grantId) throw new FactsDiffer('These are the facts of another request.');
  const code = await shortCode(canonicalText({ domain: 'remit/binding-code/v1', grantId, requestDigest }));
  return { facts, text: told, requestDigest, bindingCode: code };
}

function parse(told: string): Facts {
  const value = json(told);
  // a member named twice would be shown once
  if (value === undefined || canonicalText(value) !== told)
    throw new FactsDiffer('The facts are not written in the one way that can be signed.');
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new FactsDiffer('The facts have a form that this page cannot show completely.');
  return parsed.data;
}

function json(told: string): unknown {
  try {
    return JSON.parse(told);
  } catch {
    return undefined;
  }
}
