// Does an act, once it is known who gives it and that they may: the same orders that operators give with AWS
// credentials, one line each.

import { kill, killIdOf, lift, standDown } from '../kill/kill.ts';
import type { KillRecord, KillScope } from '../kill/ports.ts';
import type { StopScope } from '../kill/stop.ts';
import { tellKill } from '../kill/tell-kill.ts';
import { confirmReview, transferAgent, updateAgent } from '../lifecycle/change.ts';
import { moveAgent } from '../lifecycle/move.ts';
import type { Moment } from '../lifecycle/orders.ts';
import type { Order } from '../lifecycle/ports.ts';
import { registerAgent } from '../lifecycle/register.ts';
import { Refusal } from '../refusal.ts';
import { type AskedAct, detailsOf, scopeOf } from './act-form.ts';
import type { ActDeps } from './act-ports.ts';
import type { Act } from './acts.ts';

/** An act that may be done. */
export interface Doing extends AskedAct {
  readonly order: Order;
  readonly moment: Moment;
  /** Of the signature; absent where none is needed. */
  readonly evidenceId?: string;
}
type Doer = (deps: ActDeps, doing: Doing) => Promise<unknown>;

const killing: Doer = async (deps, { act, target, order, moment }) =>
  tellKill(await kill(deps, { scope: scopeOf(act, target), order }, moment), deps.clock());

const standing =
  (act: 'suspend' | 'retire'): Doer =>
  async (deps, { target, order, moment }) =>
    tellKill(await standDown(deps, { id: target, act, order }, moment), deps.clock());

const restoring: Doer = async (deps, { act, target, order, moment }) => {
  const scope = scopeOf(act, target) as StopScope;
  await lift(deps, { scope, order }, moment);
  return { lifted: scope };
};

const updating =
  (act: 'agent.update' | 'agent.bind' | 'agent.widen'): Doer =>
  (deps, { target, details, order, moment, evidenceId }) => {
    // only who has verified a signature names one, whatever the table of acts says
    const mayWiden = evidenceId !== undefined;
    return updateAgent(deps, { ...detailsOf(act, details), id: target, order, mayWiden }, moment);
  };

const DOERS: Readonly<Record<Act, Doer>> = {
  // an administrator's resume makes it active
  'agent.register': (deps, { target, details, order, moment }) => {
    const { agent } = detailsOf('agent.register', details);
    if (agent.id !== target) throw new Refusal('body_malformed', { detail: 'target' });
    const given = { registration: agent, order, activate: false };
    return registerAgent({ ...deps, peopleIssuer: deps.issuer.issuer }, given, moment);
  },
  'agent.update': updating('agent.update'),
  'agent.bind': updating('agent.bind'),
  'agent.widen': updating('agent.widen'),
  'agent.suspend': standing('suspend'),
  'agent.resume': (deps, { target, details, order, moment }) => {
    const { agentDigest } = detailsOf('agent.resume', details);
    return moveAgent(deps, { id: target, act: 'resume', order, agentDigest }, moment);
  },
  'agent.transfer': (deps, { target, details, order, moment }) => {
    const asked = { ...detailsOf('agent.transfer', details), id: target, order };
    return transferAgent({ ...deps, peopleIssuer: deps.issuer.issuer }, asked, moment);
  },
  'agent.retire': standing('retire'),
  'review.confirm': (deps, { target, details, order, moment, evidenceId }) => {
    const evidence = evidenceId === undefined ? {} : { evidenceId };
    const asked = { ...detailsOf('review.confirm', details), ...evidence, id: target, order };
    return confirmReview(deps, asked, moment);
  },
  'grant.kill': killing,
  'agent.kill': killing,
  'task.kill': killing,
  'issuer.kill': killing,
  'stop.everything': killing,
  'task.restore': restoring,
  'issuer.restore': restoring,
  'everything.restore': restoring,
};

/** Does it. @throws Refusal those of the order */
export function doAct(deps: ActDeps, doing: Doing): Promise<unknown> {
  return DOERS[doing.act](deps, doing);
}

/** What a call answers: the result, or that the act goes on and how far it is. */
export interface Answered {
  readonly done: boolean;
  readonly result?: unknown;
}

/** An act that was begun. */
type Begun = Pick<AskedAct, 'act' | 'target'> & { readonly moment: Moment };

/** Answers with the result, or, when that takes longer than a caller may wait, that the act goes on. */
export async function whenPatient(deps: ActDeps, begun: Begun, work: Promise<unknown>): Promise<Answered> {
  const result = await deps.patience(work.then((value) => ({ value })));
  if (result !== undefined) return { done: true, result: result.value };
  return (await progressOf(deps, begun)) ?? { done: false };
}

/** How far the ending of grants is that the act began; undefined when it began none, or not yet. */
export async function progressOf(deps: ActDeps, begun: Begun): Promise<Answered | undefined> {
  const scope = endedBy(begun);
  const record = scope && (await deps.kills.find(killIdOf(scope, begun.moment)));
  return record && killProgress(record, deps.clock());
}

/** A kill as it stands: done when the schedule has found nothing more to end and every lease is over. */
export function killProgress(record: KillRecord, now: Date): Answered {
  return { done: record.settledAt !== undefined, result: tellKill(record, now) };
}

function endedBy({ act, target }: Begun): KillScope | undefined {
  if (act === 'agent.suspend' || act === 'agent.retire') return { kind: 'agent', id: target };
  return DOERS[act] === killing ? scopeOf(act, target) : undefined;
}
