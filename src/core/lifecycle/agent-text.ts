// What a person saw of an agent who signs that it may act, as one text. The console writes the same from what it shows.

import type { RegisteredAgent } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';

/** An agent as the registry holds it, or as the API tells it. */
export type SeenAsText = Omit<RegisteredAgent, 'lastChange' | 'review'> & {
  readonly lastChange?: { readonly at: Date | string };
};

/** Who the agent is, whose, what for, what it belongs to, and in which state; and since when; not who changed it last. */
export function agentText(agent: SeenAsText): string {
  const { id, owner, purpose, environment, groups, bindings, reviewBy, status, budget } = agent;
  const { issuer, subject } = owner;
  const { at: changed } = agent.lastChange ?? {};
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
    // the same state once more is not what was looked at
    ...(changed !== undefined && { changed: new Date(changed).toISOString() }),
  });
}
