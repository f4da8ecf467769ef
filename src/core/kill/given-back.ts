// Whether people have let the scope of a kill ask again since. While they have not, nothing in it was asked for rightly,
// whatever a clock says of when it was.

import { REQUEST_SECONDS } from '../issue/hand-over.ts';
import type { AgentBook } from '../lifecycle/ports.ts';
import { digestOf } from '../record/digest.ts';
import { addSeconds } from '../record/lifetime.ts';
import type { KillRecord, KillScope, Switches } from './ports.ts';
import type { StopScope } from './stop.ts';

/** Clocks of two machines do not run equally fast: longer than a request by this. */
export const MARGIN_SECONDS = 1;

/** What tells it. */
export interface Standings {
  readonly agents: Pick<AgentBook, 'find'>;
  readonly switches: Pick<Switches, 'listOn'>;
}

/**
 * Until when what was asked for is part of the kill: a request that looked before the flip began before it, by a clock
 * that may differ a little. What is asked for later was given back first. Undefined while it was not: all of it is part.
 */
export async function askedUntil(
  standings: Standings,
  { scope, flippedAt }: Pick<KillRecord, 'scope' | 'flippedAt'>,
): Promise<Date | undefined> {
  if (flippedAt === undefined || !(await isGivenBack(standings, scope))) return undefined;
  return addSeconds(flippedAt, REQUEST_SECONDS + MARGIN_SECONDS);
}

/** A grant is never given back; an agent by a resumption, all others by lifting their switch. */
async function isGivenBack({ agents, switches }: Standings, scope: KillScope): Promise<boolean> {
  switch (scope.kind) {
    case 'grant':
      return false;
    case 'agent':
      return (await agents.find(scope.id))?.agent.status === 'active';
    default:
      return !(await switches.listOn()).some((stop) => sameScope(stop.scope, scope));
  }
}

/** Whether two scopes stop the same. */
export function sameScope(one: StopScope, other: StopScope): boolean {
  return digestOf({ ...one }) === digestOf({ ...other });
}
