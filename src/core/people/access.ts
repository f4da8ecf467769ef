// Every role of a signed-in person, and who may read grants and findings: whoever has a role, or decides on a task.

import type { Catalog, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { PeopleIssuer, Role, VerifiedPerson } from './person.ts';
import { rolesOf } from './roles.ts';

/** What roles follow from. */
export interface AccessRules {
  readonly issuer: Pick<PeopleIssuer, 'roles'>;
  readonly catalog: Pick<Catalog, 'tasks'>;
}

/** The roles of the person's groups; `approver` where a task names one of them, break-glass included. */
export function allRolesOf({ groups }: Pick<VerifiedPerson, 'groups'>, rules: AccessRules): readonly Role[] {
  const roles = rolesOf(groups, rules.issuer);
  return rules.catalog.tasks.some((task) => isAskedAbout(task, groups)) ? [...roles, 'approver'] : roles;
}

/** @throws Refusal `role_missing` for people without any role. */
export function requireReader(person: Pick<VerifiedPerson, 'groups'>, rules: AccessRules): void {
  if (allRolesOf(person, rules).length === 0) throw new Refusal('role_missing', { detail: 'any role' });
}

function isAskedAbout({ approval }: Task, groups: readonly string[]): boolean {
  const { approvers, breakGlass } = approval;
  return groups.some((group) => approvers.includes(group) || group === breakGlass);
}
