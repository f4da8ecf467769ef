// Where the registry differs from the catalog: people may have moved an owner or a review date since the last sync.

import type { Agent, RegisteredAgent } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';

const COMPARED = ['owner', 'purpose', 'environment', 'groups', 'reviewBy', 'bindings'] as const;

/** Members that differ; `not in the catalog` for one that people registered or that the catalog has dropped. */
export function driftOf(registered: RegisteredAgent, catalogued: Agent | undefined): readonly string[] {
  if (catalogued === undefined) return ['not in the catalog'];
  return COMPARED.filter((member) => canonicalText(registered[member]) !== canonicalText(catalogued[member]));
}
