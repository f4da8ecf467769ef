// The ports of people's administrative acts over AWS: those of operators' orders, people's passkeys to verify, and the
// challenges of acts.

import { randomBytes } from 'node:crypto';
import type { PeopleAdminEnv } from '../../config/env.ts';
import type { ActDeps } from '../../core/people/act-ports.ts';
import type { PeopleIssuer } from '../../core/people/person.ts';
import { createActStore } from './acts-table.ts';
import { ordersOver } from './orders-over.ts';
import { createPeopleReader } from './people-table.ts';
import { documentClient, type World } from './world.ts';

/** What acts and the views of agents need. */
export function peopleAdminOver(
  env: PeopleAdminEnv,
  world: World,
): ActDeps & { readonly issuer: PeopleIssuer } {
  const client = documentClient(world);
  return {
    ...ordersOver(env, world),
    people: createPeopleReader({ client, table: env.PEOPLE_TABLE }),
    acts: createActStore({ client, table: env.EVIDENCE_TABLE }),
    issuer: env.PEOPLE_ISSUER,
    site: { origin: env.CONSOLE_ORIGIN },
    random: world.random ?? { bytes: (count) => randomBytes(count) },
  };
}
