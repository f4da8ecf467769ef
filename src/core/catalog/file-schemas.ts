// The files of a catalog as zod schemas: what `remit catalog check` enforces and what editors complete by, through
// the JSON Schemas generated from these. Unknown members are refused: a typing mistake must not loosen anything.

import * as z from 'zod';
import { isPlainWords } from '../verify/plain-text.ts';

const DURATION = /^([1-9][0-9]{0,5})(s|m|h)$/;
const SECONDS = { s: 1, m: 60, h: 3600 } as const;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const NAME = /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/;

/** Of a subject: an address can come to belong to somebody else. */
export function isEmailAddress(text: string): boolean {
  return EMAIL.test(text);
}

/** Seconds of `60s`, `30m`, `12h`. */
export function secondsOf(duration: string): number {
  const [, count, unit] = DURATION.exec(duration) ?? [];
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

const name = z.string().regex(NAME, 'must be lower case letters, digits and hyphens, at most 48');
const duration = z.string().regex(DURATION, 'must be a duration such as 60s, 30m or 12h');
/** People read it beside what the product says: nothing in it may be invisible, or turn a line around. */
const sentence = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => isPlainWords(text, 200), 'must be one line of printable characters');
// the marshaller of DynamoDB takes an object with a member of that name for no plain object: no row could be written
const parameterName = z.string().regex(/^(?!constructor$)[a-zA-Z][a-zA-Z0-9_]{0,31}$/);
const identifier = z.string().min(1).max(1024);
const claims = z.record(z.string().min(1), z.string().min(1));

function between(low: string, high: string) {
  const fits = (text: string) => secondsOf(text) >= secondsOf(low) && secondsOf(text) <= secondsOf(high);
  // one that is no duration is told so by the pattern
  return duration.refine((text) => !DURATION.test(text) || fits(text), `must be from ${low} to ${high}`);
}

const person = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https$/, error: 'must be an https URL' })
      .optional()
      .describe(
        'Issuer of the people’s identity provider, exactly; left out it is that one, whichever it is.',
      ),
    subject: identifier
      .refine(
        (text) => !isEmailAddress(text),
        'is an e-mail address, which can come to belong to somebody else',
      )
      .describe('The person’s `sub` there; never an e-mail address.'),
    name: sentence.optional().describe('For people to read.'),
  })
  .describe('A person, by identity provider and subject.');

const binding = z
  .strictObject({
    issuer: name.describe('Name of an issuer in issuers.yaml.'),
    subject: identifier.describe('The exact `sub` of the workload’s assertions.'),
    claims: claims.optional().describe('Claims that must hold too, by dotted path and exact value.'),
  })
  .describe('One exact workload identity.');

/** `issuers.yaml` */
export const issuersFile = z.strictObject({
  issuers: z
    .array(
      z.strictObject({
        name: name.describe('How agents’ bindings name this issuer.'),
        kind: z.enum(['aws-sts', 'kubernetes', 'github', 'gitlab', 'google', 'entra', 'spiffe', 'oidc']),
        issuer: z.string().min(1).max(512).describe('The exact `iss`; for spiffe, spiffe://<trust domain>.'),
        audience: z.string().min(1).max(512).describe('The one exact `aud` that assertions are made for.'),
        algorithms: z.array(z.string()).min(1).describe('JWS algorithms, asymmetric only.'),
        maxLifetime: between('60s', '24h').describe('Longest life of an assertion that is accepted.'),
        replay: z.enum(['single-use', 'bound', 'reusable']).describe('How often one assertion may be shown.'),
        jwksUri: z.url().optional().describe('Where the keys are, when discovery does not say so.'),
      }),
    )
    .min(1),
});

const concurrent = z
  .int()
  .min(1)
  .max(100)
  .exactOptional()
  .describe('Grants at once; one counts until it has ended and its last lease is over.');
const perHour = z.int().min(1).max(10_000).exactOptional().describe('New grants within any hour.');
const saysSomething = (budget: object) => Object.keys(budget).length > 0;
const SAYS_NOTHING = 'says nothing: name a limit, or take it out';

/** An agent's budget over all its tasks. */
export const agentBudget = z.strictObject({ concurrent, perHour }).refine(saysSomething, SAYS_NOTHING);

const taskBudget = z
  .strictObject({
    concurrent,
    perHour,
    perDay: z
      .record(parameterName, z.int().min(1))
      .refine(saysSomething, SAYS_NOTHING)
      .exactOptional()
      .describe('Integer parameters, and what their values may add up to within any day.'),
  })
  .refine(saysSomething, SAYS_NOTHING);

/** `agents/<agent>.yaml` */
export const agentFile = z.strictObject({
  agent: name.describe('The agent’s id; the file has the same name.'),
  owner: person,
  purpose: sentence,
  environment: name,
  groups: z.array(name).default([]).describe('Groups that policies name.'),
  reviewBy: z.iso
    .date()
    .exactOptional()
    .describe(
      'From the day after, new grants are refused until somebody has reviewed it. At most 90 days ahead; left out, 90 days from the first deployment with it.',
    ),
  bindings: z.array(binding).min(1).describe('The workload identities of this agent, each exact.'),
  budget: agentBudget.optional().describe('How much it may do over all its tasks.'),
});

const parameter = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    pattern: z.string().min(1).max(512).describe('Regular expression; anchored at both ends always.'),
    path: z.boolean().optional().describe('Lets the value have slashes.'),
    maxLength: z.number().int().min(1).max(512).optional().describe('128 unless told.'),
  }),
  z.strictObject({ type: z.literal('enum'), values: z.array(z.string().min(1)).min(1) }),
  z.strictObject({ type: z.literal('integer'), min: z.int(), max: z.int() }),
  z.strictObject({ type: z.literal('boolean') }),
  z.strictObject({ type: z.literal('uuid') }),
]);

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());
const permission = z.strictObject({
  actions: z.array(z.string()).min(1).describe('Exact IAM actions, without wildcards.'),
  resources: z.array(z.string()).min(1).describe('ARNs; {name} stands for a parameter.'),
  conditions: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});

/** A group as the people's identity provider names it. */
const group = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._:/@-]{0,127}$/, 'must be a group name, at most 128 characters');

const approval = z.strictObject({
  required: z.boolean().default(false).describe('A person always decides, whatever the policy says.'),
  approvers: z.array(group).default([]).describe('Groups of people who may decide.'),
  quorum: z.int().min(1).max(10).default(1).describe('How many distinct people must approve.'),
  expiresAfter: between('1m', '12h').default('30m'),
  ownerMayApprove: z.boolean().default(false).describe('Lets the agent’s owner decide on its requests.'),
  breakGlass: group.optional().describe('Group of which one person may approve alone, with a reason.'),
  escalateTo: z.array(group).default([]).describe('Groups told too when reminders went unheard.'),
});

/** `tasks/<task>.yaml` */
export const taskFile = z.strictObject({
  task: name.describe('The task’s id; the file has the same name.'),
  title: sentence,
  environment: name,
  account: z
    .string('must be 12 digits in quotes, or self')
    .regex(/^([0-9]{12}|self)$/, 'must be 12 digits in quotes, or self')
    .default('self'),
  parameters: z.record(parameterName, parameter).default({}),
  permissions: z.array(permission).min(1),
  lease: between('15s', '15m').default('60s'),
  maxDuration: between('15s', '12h').default('15m'),
  leases: z.int().min(1).max(10_000).optional().describe('How many leases one grant may have.'),
  proof: z.enum(['optional', 'required']).default('optional').describe('Whether a DPoP key is demanded.'),
  approval: approval.default(() => approval.parse({})),
  budget: taskBudget.optional().describe('How much of it each agent may do.'),
  outlivesLease: sentence
    .optional()
    .describe('What lives on after the lease, and how long; approvers see it.'),
  idempotency: sentence
    .optional()
    .describe('What makes doing it twice within one lease harmless; approvers see it.'),
});

/** `resource-servers.yaml` */
export const resourceServersFile = z.strictObject({
  resourceServers: z.array(
    z.strictObject({ name, bindings: z.array(binding).min(1), tasks: z.array(name).min(1) }),
  ),
});

/** `groups.yaml` */
export const groupsFile = z.strictObject({
  runtimeAssignable: z.array(name).describe('Groups that agents registered at run time may have.'),
});

export type IssuersFile = z.output<typeof issuersFile>;
export type AgentFile = z.output<typeof agentFile>;
export type TaskFile = z.output<typeof taskFile>;
export type BindingEntry = z.output<typeof binding>;
export type ResourceServersFile = z.output<typeof resourceServersFile>;
