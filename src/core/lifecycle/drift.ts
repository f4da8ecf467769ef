// Where the registry differs from the catalog: people may have moved an owner or a review date since the last sync.

import type { Agent, RegisteredAgent } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';

const COMPARED = ['owner', 'purpose', 'environment', 'groups', 'reviewBy', 'bindings', 'budget'] as const;

/** Members that differ; `not in the catalog` for one that people registered or that the catalog has dropped. */
export function driftOf(registered: RegisteredAgent, catalogued: Agent | undefined): readonly string[] {
  if (catalogued === undefined) return ['not in the catalog'];
  const text = (value: unknown) => canonicalText(value ?? null);
  return COMPARED.filter((member) => text(registered[member]) !== text(catalogued[member]));
}
