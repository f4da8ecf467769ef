// What a signed-in person may do besides deciding, from the groups of the ID token. Whoever may act may also look.

import { Refusal } from '../refusal.ts';
import { GROUP_ROLES, type GroupRole, type PeopleIssuer, type VerifiedPerson } from './person.ts';

/** The roles that these groups carry; `operator` and `administrator` include `viewer`, nothing else includes another. */
export function rolesOf(
  groups: readonly string[],
  issuer: Pick<PeopleIssuer, 'roles'>,
): readonly GroupRole[] {
  const carried = GROUP_ROLES.filter((role) => issuer.roles[role].some((group) => groups.includes(group)));
  return carried.length > 0 && !carried.includes('viewer') ? ['viewer', ...carried] : carried;
}

/** Whether the person has that role. */
export function hasRole(
  person: Pick<VerifiedPerson, 'groups'>,
  issuer: Pick<PeopleIssuer, 'roles'>,
  role: GroupRole,
): boolean {
  return rolesOf(person.groups, issuer).includes(role);
}

/** @throws Refusal `role_missing` */
export function requireRole(
  person: Pick<VerifiedPerson, 'groups'>,
  issuer: Pick<PeopleIssuer, 'roles'>,
  role: GroupRole,
): void {
  if (!hasRole(person, issuer, role)) throw new Refusal('role_missing', { detail: role });
}
