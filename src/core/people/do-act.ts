// Does an act, once it is known who gives it and that they may: the same orders that operators give with AWS
// credentials, one line each.

import { kill, lift, standDown } from '../kill/kill.ts';
import type { KillRecord } from '../kill/ports.ts';
import type { StopScope } from '../kill/stop.ts';
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
  told(await kill(deps, { scope: scopeOf(act, target), order }, moment));

const standing =
  (act: 'suspend' | 'retire'): Doer =>
  async (deps, { target, order, moment }) =>
    told(await standDown(deps, { id: target, act, order }, moment));

const restoring: Doer = async (deps, { act, target, order, moment }) => {
  const scope = scopeOf(act, target) as StopScope;
  const isOn = (await deps.switches.listOn()).some((stop) => isSame(stop.scope, scope));
  if (!isOn) throw new Refusal('kill_target_unknown', { detail: 'no switch is on' });
  await lift(deps, { scope, order }, moment);
  return { lifted: scope };
};

const DOERS: Readonly<Record<Act, Doer>> = {
  // an administrator's resume makes it active
  'agent.register': (deps, { target, details, order, moment }) => {
    const { agent } = detailsOf('agent.register', details);
    if (agent.id !== target) throw new Refusal('body_malformed', { detail: 'target' });
    return registerAgent(deps, { registration: agent, order, activate: false }, moment);
  },
  'agent.update': (deps, { target, details, order, moment }) =>
    updateAgent(deps, { ...detailsOf('agent.update', details), id: target, order }, moment),
  'agent.suspend': standing('suspend'),
  'agent.resume': (deps, { target, order, moment }) =>
    moveAgent(deps, { id: target, act: 'resume', order }, moment),
  'agent.transfer': (deps, { target, details, order, moment }) =>
    transferAgent(deps, { ...detailsOf('agent.transfer', details), id: target, order }, moment),
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

/** What a kill tells: what it has ended, and the time by which that is dead for certain. */
function told({ killId, scope, ended, deadBy, roles }: KillRecord) {
  return { killId, scope, ended, deadBy, killLists: roles };
}

function isSame(one: StopScope, other: StopScope): boolean {
  return one.kind === other.kind && ('id' in one ? one.id : '') === ('id' in other ? other.id : '');
}
