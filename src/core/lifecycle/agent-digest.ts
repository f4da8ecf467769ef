// What a person saw of an agent who signs that it may act: one digest of everything that says what it is.

import type { Catalog } from '../model.ts';
import { digestOf, digestOfText } from '../record/digest.ts';
import { agentText, type SeenAsText } from './agent-text.ts';

/** Digest of the agent as it is shown. */
export function agentDigest(agent: SeenAsText): string {
  return digestOfText(agentText(agent));
}

/** Digest of what a review rests on: the agent, and the catalog whose tasks and policies say what it may do. */
export function reviewDigest(agent: SeenAsText, catalog: Pick<Catalog, 'digest'>): string {
  return digestOf({ agent: agentDigest(agent), catalog: catalog.digest });
}
