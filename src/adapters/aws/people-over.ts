// The ports of the people's API over AWS: who signed in, grants, people and findings.

import { randomBytes } from 'node:crypto';
import type { PasskeysEnv, ViewsEnv } from '../../config/env.ts';
import { VERSION } from '../../config/version.ts';
import type { PasskeyDeps } from '../../core/people/passkey-deps.ts';
import { verifyPerson } from '../../core/people/verify-person.ts';
import type { KeySource } from '../../core/ports.ts';
import { loadCatalog } from '../files/compiled-catalog.ts';
import { createKeySource } from '../http/key-source.ts';
import type { Gate } from '../http/people/route.ts';
import type { ViewsDeps } from '../http/people/views.ts';
import { createFindingStore } from './findings-table.ts';
import { createGrantStore } from './grants-table.ts';
import { createPeopleReader, createPeopleStore } from './people-table.ts';
import { clockOf, documentClient, type World } from './world.ts';

/** What every function of the people's API has in its environment. */
type PeopleEnv = Pick<ViewsEnv, 'PEOPLE_ISSUER' | 'CONSOLE_ORIGIN'>;

/** Scopes that the console asks for: who, and by which name. */
const SCOPES = 'openid profile';

/** The keys of the people's issuer, fetched as those of workloads are. */
export function peopleKeys(world: World): KeySource {
  return createKeySource({
    clock: clockOf(world),
    fetch: world.fetch ?? fetch,
    allowLoopback: world.allowLoopback ?? false,
  });
}

/** Verifies callers. */
export function gateOver(env: PeopleEnv, world: World, keys: KeySource = peopleKeys(world)): Gate {
  const trust = { issuer: env.PEOPLE_ISSUER, keys };
  const clock = clockOf(world);
  return { verify: (idToken) => verifyPerson(idToken, trust, clock()), origin: env.CONSOLE_ORIGIN };
}

/** What the views read. */
export function viewsOver(env: ViewsEnv, world: World): ViewsDeps {
  const client = documentClient(world);
  const { issuer, audience } = env.PEOPLE_ISSUER;
  return {
    issuer: env.PEOPLE_ISSUER,
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    grants: createGrantStore({ client, table: env.GRANTS_TABLE }),
    people: createPeopleReader({ client, table: env.PEOPLE_TABLE }),
    findings: createFindingStore({ client, table: env.FINDINGS_TABLE }),
    clock: clockOf(world),
    config: {
      issuer,
      clientId: audience,
      scopes: SCOPES,
      rpId: new URL(env.CONSOLE_ORIGIN).hostname,
      origin: env.CONSOLE_ORIGIN,
      brokerUrl: env.BROKER_URL,
      version: VERSION,
    },
  };
}

/** What enrols, confirms and removes passkeys. */
export function passkeysOver(env: PasskeysEnv, world: World): PasskeyDeps {
  const people = createPeopleStore({ client: documentClient(world), table: env.PEOPLE_TABLE });
  return {
    people,
    challenges: people,
    issuer: env.PEOPLE_ISSUER,
    site: { origin: env.CONSOLE_ORIGIN },
    clock: clockOf(world),
    random: world.random ?? { bytes: (count) => randomBytes(count) },
  };
}
