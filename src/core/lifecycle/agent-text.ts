// What a person saw of an agent who signs that it may act, as one text. The console writes the same from what it shows.

import type { RegisteredAgent } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';

/** Who the agent is, whose, what for, what it belongs to, and in which state; not who changed it last. */
export function agentText(agent: Omit<RegisteredAgent, 'lastChange' | 'review'>): string {
  const { id, owner, purpose, environment, groups, bindings, reviewBy, status, budget } = agent;
  const { issuer, subject } = owner;
  return canonicalText({
    id,
    owner: { issuer, subject },
    purpose,
    environment,
    groups,
    bindings,
    ...(budget !== undefined && { budget }),
    reviewBy,
    status,
  });
}
