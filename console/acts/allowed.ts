// Which acts are shown to whom, by the core's own table. The API decides anew what is allowed.

import type { Person } from '../../src/core/model.ts';
import { ACTS, type Act, type ActRule } from '../../src/core/people/acts.ts';
import type { Me } from '../api/answers.ts';

/** Whether to show the act; `owner` is the agent's, where the act is about one. */
export function mayAct({ roles, person }: Me, act: Act, owner?: Person): boolean {
  const rule: ActRule = ACTS[act];
  if (rule.roles.some((role) => roles.includes(role))) return true;
  const isOwner = owner !== undefined && owner.issuer === person.issuer && owner.subject === person.subject;
  return rule.ownerMay && isOwner;
}

/** Whether a passkey signs it. */
export function isSigned(act: Act): boolean {
  return ACTS[act].needsPasskey;
}
