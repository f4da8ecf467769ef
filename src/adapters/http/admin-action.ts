// Orders of operators: one JSON object a request, `{ command, reason, … }`. Who gives it is told by AWS, which has
// checked the signature of the request (IAM authorization of the function's address), never by the request itself.

import * as z from 'zod';
import { type BudgetSight, seeUses } from '../../core/budget/see.ts';
import type { RequestContext } from '../../core/deps.ts';
import { type KillDeps, kill, lift, standDown } from '../../core/kill/kill.ts';
import { tellKill } from '../../core/kill/tell-kill.ts';
import { endedAs, isAlready } from '../../core/lifecycle/already.ts';
import { confirmReview, transferAgent, updateAgent } from '../../core/lifecycle/change.ts';
import { driftOf } from '../../core/lifecycle/drift.ts';
import { moveAgent } from '../../core/lifecycle/move.ts';
import { type Moment, requireAgent } from '../../core/lifecycle/orders.ts';
import type { Order } from '../../core/lifecycle/ports.ts';
import { type OwnersOf, registerAgent } from '../../core/lifecycle/register.ts';
import type { GrantId, Person } from '../../core/model.ts';
import type { ProofMaker } from '../../core/offboard/ports.ts';
import { addSeconds } from '../../core/record/lifetime.ts';
import { recentGrants } from '../../core/record/recent-grants.ts';
import { Refusal } from '../../core/refusal.ts';
import { parseGrantId } from '../../core/verify/handle.ts';
import type { Action, HttpRequest } from './endpoint.ts';
import { readBody } from './people/body.ts';

/** Kills that are over are listed for so many days, and so many of them. */
const SHOWN_DAYS = 30;
const SHOWN_KILLS = 100;

const name = z.string().min(1).max(512);
const reason = z.string().max(2000);
const listing = {
  limit: z.number().int().min(1).max(200).default(50),
  next: z.string().max(2000).exactOptional(),
};
const bindings = z
  .array(z.strictObject({ issuer: name, subject: name, claims: z.record(name, name).exactOptional() }))
  .max(20);
const person = z.strictObject({ issuer: name, subject: name, name: name.exactOptional() });
const grantId = z.string().transform((text, context): GrantId => {
  const id = parseGrantId(text);
  if (id !== undefined) return id;
  context.addIssue('not a grant id');
  return z.NEVER;
});
const stopScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everything') }),
  z.strictObject({ kind: z.literal('task'), id: name }),
  z.strictObject({ kind: z.literal('issuer'), id: name }),
]);
const killScope = z.discriminatedUnion('kind', [
  ...stopScope.options,
  z.strictObject({ kind: z.literal('agent'), id: name }),
  z.strictObject({ kind: z.literal('grant'), id: grantId }),
]);

const schema = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('agents.list'),
    status: z.enum(['proposed', 'active', 'suspended', 'retired']).default('active'),
    owner: person.exactOptional(),
    reviewBy: z.iso.date().exactOptional(),
    ...listing,
  }),
  z.strictObject({ command: z.literal('agents.show'), id: name }),
  z.strictObject({
    command: z.literal('agents.register'),
    agent: z.unknown(),
    activate: z.boolean().default(true),
    reason,
  }),
  z.strictObject({
    command: z.literal('agents.update'),
    id: name,
    purpose: z.string().exactOptional(),
    groups: z.array(name).exactOptional(),
    addBindings: bindings.exactOptional(),
    removeBindings: bindings.exactOptional(),
    reason,
  }),
  z.strictObject({ command: z.literal('agents.transfer'), id: name, owner: z.unknown(), reason }),
  z.strictObject({
    command: z.literal('agents.review'),
    id: name,
    reviewDigest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    reviewBy: z.iso.date().exactOptional(),
    reason,
  }),
  z.strictObject({ command: z.literal('agents.resume'), id: name, reason }),
  z.strictObject({ command: z.literal('agents.suspend'), id: name, reason }),
  z.strictObject({ command: z.literal('agents.retire'), id: name, reason }),
  z.strictObject({ command: z.literal('agents.proof'), id: name }),
  z.strictObject({ command: z.literal('kill'), scope: killScope, reason }),
  z.strictObject({ command: z.literal('lift'), scope: stopScope, reason }),
  z.strictObject({ command: z.literal('stops') }),
  z.strictObject({ command: z.literal('kills') }),
]);
type Command = z.output<typeof schema>;
/** Name of an order. */
export type CommandName = Command['command'];
type Of<Name extends Command['command']> = Extract<Command, { command: Name }>;
/** What orders need: everything that ends access, and whoever proves that it has ended. */
export interface AdminDeps extends KillDeps, OwnersOf {
  readonly proofs: ProofMaker;
  readonly budgets: BudgetSight['budgets'];
}
interface Given {
  readonly deps: AdminDeps;
  readonly by: Person;
  readonly moment: Moment;
}
type Handlers = {
  readonly [Name in Command['command']]: (asked: Of<Name>, given: Given) => Promise<unknown>;
};

const orderOf = ({ reason: why }: { readonly reason: string }, { by }: Given): Order => ({ by, reason: why });

const HANDLERS: Handlers = {
  'agents.list': ({ status, owner, command: _, ...page }, { deps }) =>
    owner === undefined ? deps.agents.listByStatus(status, page) : deps.agents.listByOwner(owner, page),
  async 'agents.show'({ id }, { deps }) {
    const { agent } = await requireAgent(deps.agents, id);
    return {
      agent,
      drift: driftOf(
        agent,
        deps.catalog.agents.find((each) => each.id === id),
      ),
      budgets: await seeUses(deps, agent, () => recentGrants(deps, id)),
    };
  },
  'agents.register': (asked, given) =>
    registerAgent(
      given.deps,
      { registration: asked.agent, activate: asked.activate, order: orderOf(asked, given) },
      given.moment,
    ),
  'agents.update': (asked, given) =>
    // IAM says who may give orders here: no person's passkey stands behind any of them
    updateAgent(given.deps, { ...asked, order: orderOf(asked, given), mayWiden: true }, given.moment),
  'agents.transfer': (asked, given) =>
    transferAgent(given.deps, { ...asked, order: orderOf(asked, given) }, given.moment),
  'agents.review': (asked, given) =>
    confirmReview(given.deps, { ...asked, order: orderOf(asked, given) }, given.moment),
  async 'agents.resume'(asked, given) {
    const already = await isAlready(given.deps, asked.id, 'resume');
    const order = orderOf(asked, given);
    const agent = await moveAgent(given.deps, { id: asked.id, act: 'resume', order }, given.moment);
    return { ...agent, ...(already && { already }) };
  },
  'agents.proof': ({ id }, { deps }) => deps.proofs.ask(id),
  'agents.suspend': (asked, given) => down(asked.id, 'suspend', { asked, given }),
  'agents.retire': (asked, given) => down(asked.id, 'retire', { asked, given }),
  async kill(asked, given) {
    const { scope } = asked;
    const endedBefore = scope.kind === 'grant' ? await endedAs(given.deps, scope.id) : undefined;
    const already = scope.kind === 'agent' && (await isAlready(given.deps, scope.id, 'suspend'));
    const record = await kill(given.deps, { scope, order: orderOf(asked, given) }, given.moment);
    const was = { ...(endedBefore && { endedBefore }), ...(already && { already }) };
    return { ...tellKill(record, given.deps.clock()), ...was };
  },
  async lift(asked, given) {
    await lift(given.deps, { scope: asked.scope, order: orderOf(asked, given) }, given.moment);
    return { lifted: asked.scope };
  },
  stops: async (_, { deps }) => ({ stops: await deps.switches.listOn() }),
  kills: (_, given) => listKills(given),
};

async function down(
  id: string,
  act: 'suspend' | 'retire',
  { asked, given }: { readonly asked: { readonly reason: string }; readonly given: Given },
) {
  const already = await isAlready(given.deps, id, act);
  const record = await standDown(given.deps, { id, act, order: orderOf(asked, given) }, given.moment);
  return { ...tellKill(record, given.deps.clock()), ...(already && { already }) };
}

/** Stops that are on, kills under way, and those settled in the last days, newest first. */
async function listKills({ deps }: Given) {
  const since = addSeconds(deps.clock(), -SHOWN_DAYS * 86_400);
  const [stops, open, settled] = await Promise.all([
    deps.switches.listOn(),
    deps.kills.listOpen(),
    deps.kills.listSettled(since, SHOWN_KILLS),
  ]);
  return { stops, open, settled };
}

/** The action of one order, given by the principal whose signature AWS has checked. */
export function adminAction(deps: AdminDeps, request: HttpRequest, principal: string | undefined): Action {
  if (request.method !== 'POST') throw new Refusal('method_not_allowed');
  if (principal === undefined) throw new Refusal('sign_in_required');
  return {
    operation: 'admin',
    role: 'client',
    async run({ requestId, log }: RequestContext) {
      const asked = readBody(request, schema);
      log.note({ command: asked.command, principal });
      const moment = { at: deps.clock(), requestId };
      const handle = HANDLERS[asked.command] as (asked: Command, given: Given) => Promise<unknown>;
      const body = await handle(asked, { deps, by: { issuer: 'aws:iam', subject: principal }, moment });
      return { status: 200, body };
    },
  };
}
