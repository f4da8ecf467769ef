// Which administrative acts there are, who may do each, and which of them carry a passkey's signature. The one place
// that says so: the API, the console and their tests read this table.

import type { Person } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { type GroupRole, type PeopleIssuer, samePerson, type VerifiedPerson } from './person.ts';
import { hasRole } from './roles.ts';

/** What an act is done to. */
export type ActTarget = 'agent' | 'grant' | 'task' | 'issuer' | 'everything';

/** Who may do an act and how. */
export interface ActRule {
  /** Any one of these is enough. */
  readonly roles: readonly GroupRole[];
  /** The owner of the agent may too. */
  readonly ownerMay: boolean;
  readonly needsPasskey: boolean;
  readonly target: ActTarget;
}

const OPERATORS: readonly GroupRole[] = ['operator', 'administrator'];
const ADMINISTRATORS: readonly GroupRole[] = ['administrator'];

const act = (target: ActTarget, roles: readonly GroupRole[], needsPasskey: boolean): ActRule => ({
  target,
  roles,
  needsPasskey,
  ownerMay: false,
});

/** The table. What only takes away is quick; what gives back, moves for good or hits many is signed. */
export const ACTS = {
  'agent.register': act('agent', OPERATORS, false),
  'agent.update': act('agent', OPERATORS, false),
  // whoever adds an identity gives it all that the agent has
  'agent.bind': act('agent', ADMINISTRATORS, true),
  // the same for its groups; agent.update only takes them away once somebody has let the agent act
  'agent.widen': act('agent', ADMINISTRATORS, true),
  'agent.suspend': act('agent', OPERATORS, false),
  'agent.resume': act('agent', ADMINISTRATORS, true),
  'agent.transfer': act('agent', ADMINISTRATORS, true),
  'agent.retire': act('agent', ADMINISTRATORS, true),
  'review.confirm': { ...act('agent', ADMINISTRATORS, true), ownerMay: true },
  'grant.kill': act('grant', OPERATORS, false),
  'agent.kill': act('agent', OPERATORS, true),
  'task.kill': act('task', OPERATORS, true),
  'issuer.kill': act('issuer', ADMINISTRATORS, true),
  'stop.everything': act('everything', ADMINISTRATORS, true),
  'task.restore': act('task', ADMINISTRATORS, true),
  'issuer.restore': act('issuer', ADMINISTRATORS, true),
  'everything.restore': act('everything', ADMINISTRATORS, true),
} as const satisfies Record<string, ActRule>;

/** Name of an act. */
export type Act = keyof typeof ACTS;
export const ACT_NAMES = Object.keys(ACTS) as [Act, ...Act[]];
/** The target of an act on everything. */
export const EVERYTHING = 'everything';

/** Whether this person may do it; `owner` is the agent's, where the act is about one. */
export function mayAct(
  person: Pick<VerifiedPerson, 'groups' | 'person'>,
  issuer: Pick<PeopleIssuer, 'roles'>,
  asked: { readonly act: Act; readonly owner?: Person | undefined },
): boolean {
  const { roles, ownerMay }: ActRule = ACTS[asked.act];
  if (roles.some((role) => hasRole(person, issuer, role))) return true;
  return ownerMay && asked.owner !== undefined && samePerson(asked.owner, person.person);
}

/** @throws Refusal `role_missing` */
export function requireMayAct(...[person, issuer, asked]: Parameters<typeof mayAct>): void {
  if (!mayAct(person, issuer, asked))
    throw new Refusal('role_missing', { detail: ACTS[asked.act].roles.join(' or ') });
}
