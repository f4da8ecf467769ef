// The directory of local mode: the people of its demo identity provider, and nobody else.

import type { PeopleDirectory } from '../../core/review/owners.ts';
import { peopleIssuerUrl } from './people-issuer.ts';
import { PERSONAS } from './personas.ts';

/** @param brokerUrl of the local mode whose people are asked about */
export function createPersonaDirectory(brokerUrl: string): PeopleDirectory {
  const issuer = peopleIssuerUrl(new URL(brokerUrl).origin);
  return {
    issuer,
    find: async (person) => {
      if (person.issuer !== issuer) return 'unknown';
      return PERSONAS.some(({ subject }) => subject === person.subject) ? 'present' : 'missing';
    },
  };
}
