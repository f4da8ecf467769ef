// The people of local mode's demo identity provider: made up, without passwords, one for each part that a person can
// play in an approval. Two of them own agents of the shipped catalog (same subjects).

import type { PeopleIssuer } from '../../core/people/person.ts';

/** Somebody to sign in as. */
export interface Persona {
  /** What the command line and the sign-in page call them. */
  readonly id: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** What they are good for, in a few words. */
  readonly part: string;
}

export const PERSONAS: readonly Persona[] = [
  {
    id: 'ada',
    subject: '7f0c2d1e-ada',
    name: 'Ada (billing)',
    groups: ['finance-leads'],
    part: 'owns billing-agent, so she may not decide about it; approves for finance otherwise',
  },
  {
    id: 'ben',
    subject: '3c55a1d0-ben',
    name: 'Ben (finance)',
    groups: ['finance-leads', 'support-leads'],
    part: 'approves for finance and for support',
  },
  {
    id: 'chloe',
    subject: '8d21f7b4-chloe',
    name: 'Chloe (finance)',
    groups: ['finance-leads'],
    part: 'approves for finance; the second one where two are needed',
  },
  {
    id: 'dora',
    subject: '51e0c9a7-dora',
    name: 'Dora (identity)',
    groups: ['remit-administrators'],
    part: 'administrator: confirms passkeys of others, sees everything, approves nothing',
  },
  { id: 'eve', subject: 'c0de5eed-eve', name: 'Eve (guest)', groups: [], part: 'is in no group at all' },
  {
    id: 'grace',
    subject: '2b8e6a4c-grace',
    name: 'Grace (support)',
    groups: ['support-leads'],
    part: 'owns support-agent; approves for support otherwise',
  },
  {
    id: 'olga',
    subject: '77aa03ef-olga',
    name: 'Olga (operations)',
    groups: ['remit-operators', 'incident-commanders'],
    part: 'operator, and the one to break the glass in an incident',
  },
];

/** Client id of the console: the audience of people's ID tokens. */
export const CONSOLE_CLIENT = 'remit-console';

/** The demo identity provider as the functions know it. */
export function demoPeople(issuer: string): PeopleIssuer {
  return {
    issuer,
    audience: CONSOLE_CLIENT,
    groupsClaim: 'groups',
    algorithms: ['ES256'],
    roles: {
      viewer: ['remit-viewers'],
      operator: ['remit-operators'],
      administrator: ['remit-administrators'],
    },
  };
}
