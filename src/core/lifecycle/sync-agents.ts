// Brings the agents of the catalog into the registry at deploy. Never touches a status: a retired agent stays
// retired, a suspended one suspended. An identity of a registration that was never let act
// goes to the catalog's agent; one that belongs to another agent is refused and reported.

import type { Agent, Binding, Catalog } from '../model.ts';
import type { RegistryWriter } from '../ports.ts';

/** What a sync changed, and what it could not. */
export interface SyncReport {
  readonly agents: number;
  readonly unbound: number;
  readonly leftCatalog: readonly string[];
  /** Bindings that belong to another agent: `agent issuer subject`. */
  readonly conflicts: readonly string[];
  /** Bindings taken back from registrations that were never let act. */
  readonly reclaimed: readonly string[];
}

/**
 * Writes agents and bindings; unbinds what the catalog no longer says, before binding anew, so that an identity
 * can move from one agent to another in one deployment. Safe to repeat and to break off anywhere.
 */
export async function syncAgents(registry: RegistryWriter, catalog: Catalog): Promise<SyncReport> {
  const before = await registry.readCataloguedAgents();
  const names = new Set(catalog.agents.map((agent) => agent.id));
  const leftCatalog = before.filter((id) => !names.has(id));
  // remembered first: a sync that breaks off must still know whom to unbind the next time
  await registry.writeCataloguedAgents([...new Set([...before, ...names])]);
  let unbound = 0;
  for (const id of leftCatalog) unbound += await unbindStale(registry, id, []);
  for (const agent of catalog.agents) unbound += await unbindStale(registry, agent.id, agent.bindings);
  const conflicts: string[] = [];
  const reclaimed: string[] = [];
  for (const agent of catalog.agents) {
    const written = await writeAgent(registry, agent);
    conflicts.push(...written.conflicts);
    reclaimed.push(...written.reclaimed);
  }
  await registry.writeCataloguedAgents([...names]);
  return { agents: catalog.agents.length, unbound, leftCatalog, conflicts, reclaimed };
}

async function unbindStale(registry: RegistryWriter, id: string, keep: readonly Binding[]): Promise<number> {
  const known = await registry.findAgent(id);
  // the identities of a retired agent stay blocked for reuse
  if (known === undefined || known.status === 'retired') return 0;
  const stale = known.bindings.filter((binding) => !keep.some((kept) => sameIdentity(kept, binding)));
  for (const binding of stale) await registry.unbind(id, binding);
  if (stale.length > 0 && keep.length === 0) await registry.clearBindings(id);
  return stale.length;
}

async function writeAgent(
  registry: RegistryWriter,
  agent: Agent,
): Promise<Pick<SyncReport, 'conflicts' | 'reclaimed'>> {
  const conflicts: string[] = [];
  const reclaimed: string[] = [];
  // a retired agent never moves again: its row goes on naming the identities that stay blocked
  if ((await registry.findAgent(agent.id))?.status === 'retired') return { conflicts, reclaimed };
  // the agent row first: it names the bindings, so that a later sync can unbind them all
  await registry.putAgent(agent);
  for (const binding of agent.bindings) {
    if (await registry.bind(agent.id, binding)) continue;
    const isBack = await registry.takeBack(agent.id, binding);
    (isBack ? reclaimed : conflicts).push(`${agent.id} ${binding.issuer} ${binding.subject}`);
  }
  return { conflicts, reclaimed };
}

function sameIdentity(one: Binding, other: Binding): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}
