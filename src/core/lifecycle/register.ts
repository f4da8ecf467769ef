// Registers an agent at run time: only groups that the catalog lets people give, identities claimed one by one. The
// agent is `proposed` until all of them are its own, so that a registration that breaks off has given nothing; one
// that fails gives back what it claimed, and its row is marked as withdrawn: the name can then be registered again.

import * as z from 'zod';
import { agentBudget, isEmailAddress } from '../catalog/file-schemas.ts';
import type { Agent, Binding, Catalog, Person, RegisteredAgent } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';
import { Refusal } from '../refusal.ts';
import { isPlainText, isPlainWords } from '../verify/plain-text.ts';
import { agentEvent, changeOf, type Moment, write } from './orders.ts';
import type { AgentBook, Order, SeenAgent } from './ports.ts';
import { isReviewDate, REVIEW_DAYS, reviewDate } from './review-date.ts';

const MOST_BINDINGS = 20;
const MOST_GROUPS = 20;
/** What the row of a registration says that failed. */
const WITHDRAWN = 'withdrawn';

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,62}$/,
    'a name is lower-case letters, digits and hyphens, 63 at most, a letter first',
  );
const printable = (longest: number) =>
  z
    .string()
    .refine((text) => isPlainText(text, longest), `1 to ${longest} characters, all of which can be seen`);
const words = (longest: number) =>
  z
    .string()
    .refine((text) => isPlainWords(text, longest), `1 to ${longest} characters that people see, in one line`);
const person = z.strictObject({
  issuer: z.url({ protocol: /^https?$/, error: 'an address that begins with https://' }).max(512),
  subject: printable(256),
  name: printable(128).exactOptional(),
});
const binding = z.strictObject({
  issuer: printable(512),
  subject: printable(512),
  claims: z.record(printable(128), printable(256)).exactOptional(),
});

const registrationSchema = z.strictObject({
  id: name,
  owner: person,
  purpose: words(500),
  environment: name,
  groups: z.array(name).max(MOST_GROUPS),
  bindings: z.array(binding).min(1).max(MOST_BINDINGS),
  reviewBy: z.iso.date().exactOptional(),
  budget: agentBudget.exactOptional(),
});

type Registration = Agent & Pick<RegisteredAgent, 'reviewBy'>;

/** Whose people can own an agent: an owner of another issuer could not be told from who approves. */
export interface OwnersOf {
  /** Exact issuer of the people's identity provider. */
  readonly peopleIssuer: string;
}

interface Deps extends OwnersOf {
  readonly agents: AgentBook;
  readonly catalog: Catalog;
}

/**
 * Registers the agent, or finishes a registration of the same agent that broke off. The same order once more, its answer
 * having been lost, changes nothing.
 * @throws Refusal `agent_malformed`, `group_not_assignable`, `agent_exists`, `binding_taken`, `reason_missing`
 */
export async function registerAgent(
  deps: Deps,
  request: { readonly registration: unknown; readonly order: Order; readonly activate: boolean },
  moment: Moment,
): Promise<RegisteredAgent> {
  const agent = checkRegistration(deps.catalog, request.registration, moment.at);
  requireOwner(agent.owner, deps);
  const change = changeOf('registered', request.order, moment.at);
  const proposed: RegisteredAgent = { ...agent, status: 'proposed', origin: 'runtime', lastChange: change };
  const seen = await open(deps.agents, proposed, moment);
  await claimAll(deps.agents, seen, { order: request.order, moment });
  if (!request.activate || seen.agent.status === 'active') return seen.agent;
  const next: RegisteredAgent = {
    ...seen.agent,
    status: 'active',
    lastChange: { ...change, what: 'activated' },
  };
  return write(deps.agents, seen, {
    next,
    event: agentEvent(next, { ...change, what: 'activated' }, moment),
  });
}

/** @throws Refusal `agent_malformed`, `group_not_assignable` */
export function checkRegistration(catalog: Catalog, registration: unknown, now: Date): Registration {
  const read = registrationSchema.safeParse(registration);
  if (!read.success) throw malformedBy(read.error.issues[0]);
  const { reviewBy = reviewDate(now), ...given } = read.data;
  requireReviewDate(reviewBy, now);
  const environments = [...new Set(catalog.tasks.map(({ environment }) => environment))].sort();
  if (!environments.includes(given.environment))
    throw malformed('environment', `no task has it; tasks have ${environments.join(', ') || 'none'}`);
  requireBindings(catalog, given.bindings);
  if (catalog.agents.some((agent) => agent.id === given.id)) throw new Refusal('agent_exists');
  for (const group of given.groups)
    if (!catalog.runtimeAssignableGroups.includes(group))
      throw new Refusal('group_not_assignable', { members: { group } });
  return { ...given, groups: [...new Set(given.groups)], reviewBy };
}

/** The owner as it may come to stand on a row; what stands there is not asked of. @throws Refusal `agent_malformed` */
export function requireOwner(owner: unknown, { peopleIssuer }: OwnersOf): Person {
  const read = person.safeParse(owner);
  if (!read.success) throw malformedBy(read.error.issues[0], 'owner');
  if (read.data.issuer !== peopleIssuer)
    throw malformed('owner.issuer', 'exactly the issuer that people sign in at, to the letter');
  if (isEmailAddress(read.data.subject))
    throw malformed('owner.subject', 'the sub of the person, and no e-mail address');
  return read.data;
}

/** @throws Refusal `agent_malformed` for a date that is past or further than a review may be. */
export function requireReviewDate(reviewBy: string, now: Date): void {
  if (!isReviewDate(reviewBy, now))
    throw malformed('reviewBy', `a day from today to ${reviewDate(now)}, at most ${REVIEW_DAYS} days ahead`);
}

function requireBindings(catalog: Catalog, bindings: readonly Binding[]): void {
  const known = new Set(catalog.issuers.map(({ issuer }) => issuer));
  const strange = bindings.findIndex(({ issuer }) => !known.has(issuer));
  if (strange >= 0) throw malformed(`bindings.${strange}.issuer`, 'no address of an issuer in the catalog');
  const identities = bindings.map(({ issuer, subject }) => JSON.stringify([issuer, subject]));
  if (new Set(identities).size !== identities.length)
    throw malformed('bindings', 'one identity is named twice');
}

/** The row this registration stands on: made now, left by an earlier try of the same, or withdrawn. */
async function open(agents: AgentBook, proposed: RegisteredAgent, moment: Moment): Promise<SeenAgent> {
  const change = proposed.lastChange ?? never();
  const event = agentEvent(proposed, change, moment);
  await agents.create(proposed, event);
  const seen = await agents.find(proposed.id);
  if (seen === undefined) throw new Refusal('agent_changed');
  if (isRepeated(seen.agent, proposed)) return seen;
  const { status, origin, lastChange } = seen.agent;
  if (status !== 'proposed' || origin !== 'runtime') throw new Refusal('agent_exists');
  if (lastChange?.what === WITHDRAWN) {
    await write(agents, seen, { next: proposed, event });
    return (await agents.find(proposed.id)) ?? never();
  }
  if (!isSame(seen.agent, proposed)) throw new Refusal('agent_exists');
  return seen;
}

function never(): never {
  throw new Refusal('agent_changed');
}

/** Nobody has touched it since, and the same person asks for the same for the same reason. */
function isRepeated({ status, origin, lastChange, ...agent }: RegisteredAgent, asked: RegisteredAgent) {
  if (status !== 'active' || origin !== 'runtime' || lastChange?.what !== 'activated') return false;
  const { by, reason } = lastChange;
  const order = { by: asked.lastChange?.by, reason: asked.lastChange?.reason };
  return canonicalText({ by, reason }) === canonicalText(order) && isSame(agent, asked);
}

function isSame(one: Agent, other: Agent): boolean {
  const facts = ({ id, owner, purpose, environment, groups, bindings, budget = {} }: Agent) =>
    canonicalText({ id, owner, purpose, environment, groups, bindings, budget });
  return facts(one) === facts(other);
}

async function claimAll(
  agents: AgentBook,
  seen: SeenAgent,
  { order, moment }: { readonly order: Order; readonly moment: Moment },
): Promise<void> {
  const { id, bindings } = seen.agent;
  for (const each of bindings) {
    if ((await agents.claim(id, each)) !== 'taken') continue;
    // the row goes last: while it names them, a retry finds what to give back
    for (const mine of bindings) await agents.release(id, mine);
    const change = changeOf(WITHDRAWN, order, moment.at);
    const next = { ...seen.agent, bindings: [], lastChange: change };
    const isWithdrawn = await agents.change(seen, next, agentEvent(next, change, moment));
    // moved meanwhile, retired say: what its row still names is its own
    if (!isWithdrawn) for (const mine of bindings) await agents.claim(id, mine);
    throw new Refusal('binding_taken', { members: { issuer: each.issuer, subject: each.subject } });
  }
}

/** A member that nobody knows is named itself: most are misspelt. */
function malformedBy(issue: z.core.$ZodIssue | undefined, ...within: readonly string[]): Refusal {
  const path = [...within, ...(issue?.path ?? [])];
  const [unknown] = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  if (unknown !== undefined) return malformed([...path, unknown.slice(0, 64)].join('.'), 'no such member');
  return malformed(path.join('.'), issue === undefined ? 'its form' : problemOf(issue));
}

/** By which rule, and never the value: our own words, or what kind of thing zod expected. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.message.endsWith('undefined') ? 'missing' : `not of the type ${issue.expected}`;
}

/** Without a place it is the whole that is meant. */
function malformed(where: string, problem: string): Refusal {
  return new Refusal('agent_malformed', { members: { ...(where !== '' && { where }), problem } });
}
