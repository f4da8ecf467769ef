// Identities that an agent gains and gives up. Its row names an identity before it is claimed, and names it no more
// before it is given back: a change that breaks off leaves none that works and is not named, nor one that is named and
// free for others, and its repetition finishes it.

import type { Binding } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { AgentBook } from './ports.ts';

/** What is changed of an agent's identities; those to remove by issuer and subject. */
export interface BindingChange {
  readonly addBindings?: readonly Binding[];
  readonly removeBindings?: readonly Binding[];
}

/** Whether two bindings are of one identity, whatever their claims. */
export function sameIdentity(one: Binding, other: Binding): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}

/** The bindings without these. */
export function withoutBindings(bindings: readonly Binding[], gone: readonly Binding[]): readonly Binding[] {
  return bindings.filter((each) => !gone.some((one) => sameIdentity(one, each)));
}

/** What the row names while the change is under way. @throws Refusal `agent_malformed` for other claims of the same */
export function namedDuring(
  bindings: readonly Binding[],
  { addBindings = [] }: BindingChange,
): readonly Binding[] {
  const isOther = (added: Binding) =>
    bindings.some((each) => sameIdentity(each, added) && claimsOf(each) !== claimsOf(added));
  // the identity would go on with the claims that it was bound with
  if (addBindings.some(isOther))
    throw new Refusal('agent_malformed', { members: { where: 'bindings.claims' } });
  return [...withoutBindings(bindings, addBindings), ...addBindings];
}

function claimsOf({ claims = {} }: Binding): string {
  return JSON.stringify(Object.entries(claims).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What came of claiming: those that are new, and the first that is another agent's. */
export interface Claimed {
  readonly claimed: readonly Binding[];
  readonly taken?: Binding;
}

/** Claims them one by one, up to one that is another agent's. */
export async function claimAdded(
  agents: Pick<AgentBook, 'claim'>,
  id: string,
  { addBindings = [] }: BindingChange,
): Promise<Claimed> {
  const claimed: Binding[] = [];
  for (const each of addBindings) {
    const claim = await agents.claim(id, each);
    if (claim === 'new') claimed.push(each);
    if (claim === 'taken') return { claimed, taken: each };
  }
  return { claimed };
}
