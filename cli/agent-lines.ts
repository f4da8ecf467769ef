// Agents as people read them: a table of many, and one whole with who changed it last and how it differs.

import * as z from 'zod';
import { budgetInWords } from '../src/core/budget/budget.ts';
import { printable, tableLines } from './print.ts';

const person = z.object({ issuer: z.string(), subject: z.string(), name: z.string().optional() });
const changed = z.object({ what: z.string().optional(), by: person, reason: z.string(), at: z.string() });

const summary = z.object({
  id: z.string(),
  status: z.string(),
  environment: z.string(),
  owner: person,
  reviewBy: z.string(),
  purpose: z.string(),
  /** The order changed nothing. */
  already: z.boolean().default(false),
});
const agent = summary.extend({
  groups: z.array(z.string()),
  bindings: z.array(
    z.object({
      issuer: z.string(),
      subject: z.string(),
      claims: z.record(z.string(), z.string()).optional(),
    }),
  ),
  budget: z.object({ concurrent: z.int().exactOptional(), perHour: z.int().exactOptional() }).optional(),
  origin: z.string().optional(),
  lastChange: changed.optional(),
  review: changed.optional(),
});
const page = z.object({ agents: z.array(summary), next: z.string().optional() });
const shown = z.object({ agent, drift: z.array(z.string()) });

type Agent = z.output<typeof agent>;

/** A page of agents: the table, and where the next page begins. */
export function agentTable(answer: unknown): { readonly lines: readonly string[]; readonly next?: string } {
  const { agents, next } = page.parse(answer);
  const header = ['AGENT', 'STATUS', 'ENVIRONMENT', 'OWNER', 'REVIEW BY', 'PURPOSE'];
  const rows = agents.map(({ id, status, environment, owner, reviewBy, purpose }) => [
    id,
    status,
    environment,
    owner.name ?? owner.subject,
    reviewBy,
    purpose,
  ]);
  return { lines: agents.length === 0 ? [] : tableLines(header, rows), ...(next !== undefined && { next }) };
}

/** One agent, a line a fact. */
export function agentLines(answer: unknown): readonly string[] {
  const { agent: found, drift } = shown.parse(answer);
  const facts: (readonly [string, string])[] = [
    ['agent', found.id],
    ['status', found.status],
    ['owner', personText(found.owner)],
    ['purpose', found.purpose],
    ['environment', found.environment],
    ['groups', found.groups.join(' ') || '-'],
    ['review by', found.reviewBy],
    ['from', found.origin === 'runtime' ? 'registered at run time' : 'the catalog'],
    ...(found.budget ? [['budget', budgetInWords(found.budget)] as const] : []),
    ...found.bindings.map((binding) => ['identity', bindingText(binding)] as const),
    ...(found.lastChange ? [['last change', changeText(found.lastChange)] as const] : []),
    ...(found.review ? [['last review', changeText(found.review)] as const] : []),
    ...drift.map((difference) => ['differs', difference] as const),
  ];
  return facts.map(([name, value]) => `${name.padEnd(12)} ${printable(value)}`);
}

/** What became of an agent, in one sentence. */
export function agentSentence(answer: unknown): string {
  const { id, status, owner, reviewBy, already } = summary.parse(answer);
  return printable(
    `${id} ${already ? 'was' : 'is'} ${status}${already ? ' already' : ''}; owner ${owner.name ?? owner.subject}, review by ${reviewBy}.`,
  );
}

/** A person, with the provider that knows them. */
export function personText({ issuer, subject, name }: z.output<typeof person>): string {
  return `${name ?? subject} (${name === undefined ? '' : `${subject} `}at ${issuer})`;
}

function changeText({ what, by, reason, at }: z.output<typeof changed>): string {
  return `${what === undefined ? '' : `${what} `}${at} by ${personText(by)}: ${reason}`;
}

function bindingText({ issuer, subject, claims = {} }: Agent['bindings'][number]): string {
  const also = Object.entries(claims).map(([name, value]) => `${name}=${value}`);
  return [subject, `at ${issuer}`, ...(also.length > 0 ? [`with ${also.join(' ')}`] : [])].join(' ');
}
