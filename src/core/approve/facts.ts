// The facts of a request, read back from the text whose SHA-256 is the request digest. A row whose text and digest do
// not belong together, or whose facts are not its own, is shown to nobody and decided by nobody.

import * as z from 'zod';
import type { ApprovalRule, Grant, GrantId, Parameters, PolicyStatement } from '../model.ts';
import { type PersonKey, samePerson } from '../people/person.ts';
import { canonicalText } from '../record/canonical.ts';
import { digestOfText } from '../record/digest.ts';
import { Refusal } from '../refusal.ts';
import { parseJson } from '../verify/json.ts';

/** What was asked, as people saw and signed it. */
export interface ReadFacts {
  readonly grantId: GrantId;
  readonly agent: string;
  readonly workload: { readonly issuer: string; readonly subject: string };
  readonly owner: PersonKey;
  /** ISO 8601. */
  readonly requestedAt: string;
  readonly task: string;
  readonly parameters: Parameters;
  readonly environment: string;
  readonly account: string;
  readonly permissions: readonly PolicyStatement[];
  readonly duration: {
    readonly lease: number;
    readonly maxDuration: number;
    readonly leases: number | null;
  };
  readonly approval: ApprovalRule;
}

const text = z.string();
const names = z.array(text);

const factsSchema = z.strictObject({
  grantId: text,
  agent: text,
  workload: z.strictObject({ issuer: text, subject: text }),
  owner: z.strictObject({ issuer: text, subject: text }),
  requestedAt: text,
  task: text,
  parameters: z.record(text, z.union([text, z.number(), z.boolean()])),
  environment: text,
  account: text,
  permissions: z.array(
    z.looseObject({
      Effect: z.literal('Allow'),
      Action: z.union([text, names]),
      Resource: z.union([text, names]),
    }),
  ),
  duration: z.strictObject({ lease: z.number(), maxDuration: z.number(), leases: z.number().nullable() }),
  approval: z.strictObject({
    required: z.boolean(),
    approvers: names,
    quorum: z.number(),
    expiresAfterSeconds: z.number(),
    ownerMayApprove: z.boolean(),
    breakGlass: text.exactOptional(),
    escalateTo: names,
  }),
});

type WithFacts = Pick<
  Grant,
  'facts' | 'requestDigest' | 'grantId' | 'agent' | 'task' | 'workload' | 'owner' | 'requestedAt'
>;

/** The facts of a row that people decide, or decided. @throws Refusal `request_damaged` */
export function readFacts(grant: WithFacts): ReadFacts {
  if (grant.facts === undefined) throw damaged('no facts');
  if (digestOfText(grant.facts) !== grant.requestDigest) throw damaged('digest');
  const facts = parse(grant.facts);
  const own =
    facts.grantId === grant.grantId &&
    facts.agent === grant.agent &&
    facts.task === grant.task &&
    facts.workload.issuer === grant.workload.issuer &&
    facts.workload.subject === grant.workload.subject &&
    samePerson(facts.owner, grant.owner) &&
    facts.requestedAt === grant.requestedAt.toISOString();
  if (!own) throw damaged('facts of another grant');
  return facts;
}

function parse(facts: string): ReadFacts {
  try {
    const value = parseJson(facts);
    // a second spelling would be a second reading
    if (canonicalText(value) !== facts) throw damaged('facts are not canonical');
    return factsSchema.parse(value) as unknown as ReadFacts;
  } catch {
    // neither zod's nor the parser's own words: they quote the values
    throw damaged('facts');
  }
}

function damaged(detail: string): Refusal {
  return new Refusal('request_damaged', { detail });
}
