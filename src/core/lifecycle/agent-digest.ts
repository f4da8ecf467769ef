// What a person saw of an agent who signs that it may act: one digest of everything that says what it is.

import type { RegisteredAgent } from '../model.ts';
import { digestOf } from '../record/digest.ts';

/** Digest of who the agent is, whose, what for, what it belongs to, and in which state; not of who changed it last. */
export function agentDigest(agent: RegisteredAgent): string {
  const { id, owner, purpose, environment, groups, bindings, reviewBy, status } = agent;
  const { issuer, subject } = owner;
  return digestOf({
    id,
    owner: { issuer, subject },
    purpose,
    environment,
    groups,
    bindings,
    reviewBy,
    status,
  });
}
