// The life of an agent: proposed → active ⇄ suspended → retired. A retired agent never moves again, and neither its
// name nor its identities are free for another.

import type { AgentStatus } from '../model.ts';

export const LIFE_ACTS = ['suspend', 'resume', 'retire'] as const;
/** What people do to an agent's status; `resume` is also how a proposed agent begins. */
export type LifeAct = (typeof LIFE_ACTS)[number];

const MOVES: Readonly<Record<LifeAct, { readonly from: readonly AgentStatus[]; readonly to: AgentStatus }>> =
  {
    suspend: { from: ['active'], to: 'suspended' },
    resume: { from: ['proposed', 'suspended'], to: 'active' },
    retire: { from: ['proposed', 'active', 'suspended'], to: 'retired' },
  };

/** Where an act leads; `already` when the agent is there, undefined when it cannot go there. */
export function nextStatus(status: AgentStatus, act: LifeAct): AgentStatus | 'already' | undefined {
  const { from, to } = MOVES[act];
  if (status === to) return 'already';
  return from.includes(status) ? to : undefined;
}

/** Whether an agent in this status may hold leases. */
export function mayHoldLeases(status: AgentStatus): boolean {
  return status === 'active';
}
