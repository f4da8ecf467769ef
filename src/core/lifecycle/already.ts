// Whether an order asks for what is so already: it does no harm, and whoever gives it is told that it changes nothing.

import type { GrantId } from '../model.ts';
import type { GrantStore } from '../ports.ts';
import { isOpen } from '../record/lifetime.ts';
import { type LifeAct, nextStatus } from './life.ts';
import type { AgentBook } from './ports.ts';

/** Of an agent that is where the act would bring it. */
export async function isAlready(
  { agents }: { readonly agents: Pick<AgentBook, 'find'> },
  id: string,
  act: LifeAct,
): Promise<boolean> {
  const seen = await agents.find(id);
  return seen !== undefined && nextStatus(seen.agent.status, act) === 'already';
}

/** How a grant ended that is to be ended; undefined while it is open, or where there is none. */
export async function endedAs(
  { grants }: { readonly grants: Pick<GrantStore, 'get'> },
  id: GrantId,
): Promise<string | undefined> {
  const grant = await grants.get(id);
  return grant === undefined || isOpen(grant) ? undefined : grant.status;
}
