// A kill: flip the switch, write down the order, end what is open; then wait until no request that looked before the
// flip can still hand anything over, and end what those left. After it has returned, nothing in the scope is given.

import { REQUEST_SECONDS } from '../issue/hand-over.ts';
import type { LifeAct } from '../lifecycle/life.ts';
import { moveAgent } from '../lifecycle/move.ts';
import { changeOf, type Moment } from '../lifecycle/orders.ts';
import type { AgentBook, Order, Pause } from '../lifecycle/ports.ts';
import type { Catalog, LastChange, RegisteredAgent } from '../model.ts';
import type { AuditEvent } from '../ports.ts';
import { addSeconds } from '../record/lifetime.ts';
import { Refusal } from '../refusal.ts';
import { type EndDeps, endScope, type Pass } from './end-scope.ts';
import { askedUntil, MARGIN_SECONDS, sameScope } from './given-back.ts';
import { lookAtLists } from './look-at-lists.ts';
import type { KillBook, KillRecord, KillScope, Switches } from './ports.ts';
import type { StopScope } from './stop.ts';

/** Passes after the wait; each that ends something is followed by another. */
const MOST_PASSES = 20;

export interface KillDeps extends EndDeps {
  readonly agents: AgentBook;
  readonly switches: Switches;
  readonly kills: KillBook;
  readonly catalog: Catalog;
  readonly pause: Pause;
}

interface Asked {
  readonly scope: KillScope;
  readonly order: Order;
}

/** Kills a grant, an agent, a task, an issuer or everything. @throws Refusal `kill_target_unknown`, `reason_missing` */
export async function kill(deps: KillDeps, asked: Asked, moment: Moment): Promise<KillRecord> {
  const { order } = asked;
  const scope = addressed(deps, asked.scope);
  const change = changeOf('killed', order, moment.at);
  const stoppedBefore = await flip(deps, { scope, order }, moment);
  return endAll(deps, { scope, change, ...(stoppedBefore && { stoppedBefore }) }, moment);
}

/** Suspends or retires an agent and ends what it holds. @throws Refusal those of `moveAgent` */
export async function standDown(
  deps: KillDeps,
  asked: { readonly id: string; readonly act: Exclude<LifeAct, 'resume'>; readonly order: Order },
  moment: Moment,
): Promise<KillRecord> {
  const agent = await moveAgent(deps, asked, moment);
  const { status } = agent;
  if (status === 'retired') await keepIdentities(deps, agent);
  const change = changeOf(`agent ${status}`, asked.order, moment.at);
  const record = await endAll(deps, { scope: { kind: 'agent', id: asked.id }, change }, moment);
  if (status === 'retired') await keepIdentities(deps, agent);
  return record;
}

/** What a deployment, or another order under way, gave back at this moment is claimed again, before anybody has it. */
async function keepIdentities(
  { agents }: Pick<KillDeps, 'agents'>,
  { id, bindings }: RegisteredAgent,
): Promise<void> {
  for (const each of bindings) await agents.claim(id, each);
}

/** Lifts a switch; what it ended stays ended. @throws Refusal `stop_not_on`: a misspelt name must not look done */
export async function lift(
  deps: Pick<KillDeps, 'switches' | 'catalog'>,
  { order, ...asked }: { readonly scope: StopScope; readonly order: Order },
  moment: Moment,
): Promise<void> {
  const scope = addressed(deps, asked.scope);
  const change = changeOf('lifted', order, moment.at);
  const seen = (await deps.switches.listOn()).find((stop) => sameScope(stop.scope, scope));
  if (seen === undefined) throw new Refusal('stop_not_on', { detail: scope.kind });
  const event = switchEvent('stop.lifted', { scope, change }, moment);
  // what somebody stops at this moment was not seen by whoever lifts, and stays
  if (!(await deps.switches.turnOff(seen, change, event)))
    throw new Refusal('stop_not_on', { detail: 'stopped anew, or lifted, meanwhile' });
}

/** Whoever is in a hurry names an issuer as the catalog does; its switch is its address. */
function addressed<Scope extends KillScope>({ catalog }: Pick<KillDeps, 'catalog'>, scope: Scope): Scope {
  if (scope.kind !== 'issuer' || catalog.issuers.some(({ issuer }) => issuer === scope.id)) return scope;
  const named = catalog.issuers.find(({ name }) => name === scope.id);
  return named === undefined ? scope : { ...scope, id: named.issuer };
}

/** @returns who had stopped it before, if somebody had: that stays on record */
async function flip(
  deps: KillDeps,
  { scope, order }: Asked,
  moment: Moment,
): Promise<LastChange | undefined> {
  switch (scope.kind) {
    case 'grant':
      if ((await deps.grants.get(scope.id)) === undefined) throw new Refusal('kill_target_unknown');
      return undefined;
    case 'agent':
      await suspend(deps, { id: scope.id, order }, moment);
      return undefined;
    case 'task':
      if (!deps.catalog.tasks.some(({ id }) => id === scope.id)) throw new Refusal('kill_target_unknown');
      break;
    case 'issuer':
      if (!deps.catalog.issuers.some(({ issuer }) => issuer === scope.id))
        throw new Refusal('kill_target_unknown');
      break;
    case 'everything':
  }
  const stop = { scope, change: changeOf('stopped', order, moment.at) };
  const on = await deps.switches.turnOn(stop, switchEvent('stop.ordered', stop, moment));
  return on && isOrder(on.change, stop.change) ? undefined : on?.change;
}

/** Whether it is the same order: one whose answer was lost on the way is sent again, and meets itself. */
function isOrder(one: LastChange, other: LastChange): boolean {
  const { at, by, reason } = other;
  return one.at.getTime() === at.getTime() && one.by.subject === by.subject && one.reason === reason;
}

/** An agent that was never active, or is retired, needs no flip: it gets nothing as it is. */
async function suspend(
  deps: KillDeps,
  { id, order }: { readonly id: string; readonly order: Order },
  moment: Moment,
): Promise<void> {
  try {
    await moveAgent(deps, { id, act: 'suspend', order }, moment);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'agent_not_found')
      throw new Refusal('kill_target_unknown');
    if (!(error instanceof Refusal && error.code === 'move_illegal')) throw error;
  }
}

async function endAll(
  deps: KillDeps,
  { scope, ...known }: Pick<KillRecord, 'scope' | 'change' | 'stoppedBefore'>,
  { at, requestId, evidenceId }: Moment,
): Promise<KillRecord> {
  const killId = killIdOf(scope, { at, requestId });
  const latest = latestEnd(deps, at);
  const flippedAt = deps.clock();
  const request = { scope, change: known.change, requestId };
  const unknown = { ended: 0, deadBy: latest, shortBy: latest, roles: [] };
  let record: KillRecord = { killId, scope, ...known, flippedAt, ...unknown };
  const ordered = killEvent('kill.ordered', record, requestId);
  await deps.kills.order(record, withEvidence(ordered, evidenceId));
  const first = await endScope(deps, request);
  record = merge(
    { ...record, deadBy: at, shortBy: at },
    { ...first, leases: first.leases + first.lingering },
  );
  // a grant's own row decides the race with its renewal; for the others a request may have looked before the flip
  if (scope.kind !== 'grant') {
    // whoever goes on when this breaks off knows what it has ended; what is missed yet keeps the later end
    await deps.kills.progress({ ...record, deadBy: latest, shortBy: latest });
    await deps.pause(REQUEST_SECONDS + MARGIN_SECONDS);
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      const found = await endScope(deps, { ...request, askedUntil: await askedUntil(deps, record) });
      record = merge(record, found);
      if (found.ended.length === 0) break;
    }
  }
  const { wide, beyondReach } = await lookAtLists(deps, record);
  record = { ...record, counted: true, wide, beyondReach };
  await deps.kills.progress(record);
  return record;
}

/** No lease in the scope lives longer: the end that a kill is told with until its grants have been looked at. */
function latestEnd({ catalog }: KillDeps, at: Date): Date {
  const longest = Math.max(0, ...catalog.tasks.map(({ leaseSeconds }) => leaseSeconds));
  return addSeconds(at, longest + REQUEST_SECONDS + MARGIN_SECONDS);
}

/** Ids sort by time; one order in one request is one kill. */
export function killIdOf(scope: KillScope, { at, requestId }: Pick<Moment, 'at' | 'requestId'>): string {
  const id = 'id' in scope ? scope.id : '*';
  return `${at.toISOString()}#${scope.kind}#${id}#${requestId}`;
}

/** The record with what a pass found. */
export function merge(record: KillRecord, pass: Pass): KillRecord {
  const later = (one: Date, other: Date | undefined) => (other !== undefined && other > one ? other : one);
  return {
    ...record,
    ended: record.ended + pass.ended.length,
    deadBy: later(record.deadBy, pass.deadBy),
    shortBy: later(record.shortBy, pass.shortBy),
    roles: [...new Set([...record.roles, ...pass.roles])],
    leases: (record.leases ?? 0) + pass.leases,
  };
}

/** Whether more may have ended than was counted: a kill that broke off has not told all that it ended. */
export function isAtLeast({ counted = false, takenUp = false }: KillRecord): boolean {
  return !counted || takenUp;
}

/** The audit event of a kill. */
export function killEvent(
  type: 'kill.ordered' | 'kill.settled',
  record: KillRecord,
  requestId: string,
): AuditEvent {
  const { scope, change, ended, deadBy, secondsToDead, settledAt, leases = 0, wide = [] } = record;
  const named =
    scope.kind === 'grant' ? { grantId: scope.id } : { [scope.kind]: 'id' in scope ? scope.id : true };
  return {
    type,
    at: settledAt ?? change.at,
    requestId,
    facts: {
      scope: scope.kind,
      ...named,
      actorIssuer: change.by.issuer,
      actorSubject: change.by.subject,
      reason: change.reason,
      ...(settledAt !== undefined && isAtLeast(record) && { endedAtLeast: true }),
      ...(settledAt !== undefined && { ended, leases, wide: wide.length > 0, deadBy: deadBy.toISOString() }),
      ...(secondsToDead !== undefined && { secondsToDead }),
    },
  };
}

function switchEvent(
  type: string,
  { scope, change }: { readonly scope: StopScope; readonly change: LastChange },
  { at, requestId, evidenceId }: Moment,
): AuditEvent {
  const facts = {
    scope: scope.kind,
    ...('id' in scope && { [scope.kind]: scope.id }),
    actorIssuer: change.by.issuer,
    actorSubject: change.by.subject,
    reason: change.reason,
  };
  return withEvidence({ type, at, requestId, facts }, evidenceId);
}

/** The event with the id of the signature behind it. */
function withEvidence(event: AuditEvent, evidenceId: string | undefined): AuditEvent {
  return evidenceId === undefined ? event : { ...event, facts: { ...event.facts, evidenceId } };
}
