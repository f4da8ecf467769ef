// Where the registry differs from the catalog: people may have moved an owner or a review date since the last sync.
// A review date that the catalog leaves to the registry differs from nothing.

import { PEOPLES_ISSUER } from '../catalog/owners.ts';
import type { Agent, RegisteredAgent } from '../model.ts';
import { canonicalText } from '../record/canonical.ts';

const COMPARED = ['owner', 'purpose', 'environment', 'groups', 'reviewBy', 'bindings', 'budget'] as const;

/** Members that differ; `not in the catalog` for one that people registered or that the catalog has dropped. */
export function driftOf(registered: RegisteredAgent, catalogued: Agent | undefined): readonly string[] {
  if (catalogued === undefined) return ['not in the catalog'];
  const text = (value: unknown) => canonicalText(value ?? null);
  const compared = COMPARED.filter((member) => member !== 'reviewBy' || catalogued.reviewBy !== undefined);
  const said = { ...catalogued, owner: ownerOf(registered, catalogued) };
  return compared.filter((member) => text(registered[member]) !== text(said[member]));
}

/** A file that leaves the issuer out means people's own, which the registry has. */
function ownerOf({ owner: { issuer } }: RegisteredAgent, { owner }: Agent): Agent['owner'] {
  return owner.issuer === PEOPLES_ISSUER ? { ...owner, issuer } : owner;
}
