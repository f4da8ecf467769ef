// What a person saw of an agent who signs that it may act: one digest of everything that says what it is.

import type { RegisteredAgent } from '../model.ts';
import { digestOfText } from '../record/digest.ts';
import { agentText } from './agent-text.ts';

/** Digest of the agent as it is shown. */
export function agentDigest(agent: RegisteredAgent): string {
  return digestOfText(agentText(agent));
}
