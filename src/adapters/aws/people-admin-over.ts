// The ports of people's administrative acts over AWS: those of operators' orders, people's passkeys to verify, and the
// challenges of acts.

import { randomBytes } from 'node:crypto';
import type { PeopleAdminEnv } from '../../config/env.ts';
import { withPeoplesIssuer } from '../../core/catalog/owners.ts';
import type { ActDeps, Patience } from '../../core/people/act-ports.ts';
import type { PeopleIssuer } from '../../core/people/person.ts';
import { possibleUnder } from '../../core/review/possible.ts';
import { loadCatalogSource } from '../files/compiled-catalog.ts';
import type { AgentRoutesDeps } from '../http/people/agents.ts';
import { createActStore } from './acts-table.ts';
import { createBudgetReader } from './budget-table.ts';
import { ordersOver } from './orders-over.ts';
import { createPeopleReader } from './people-table.ts';
import { proofsOver } from './proof-maker.ts';
import { trailOf } from './trail-of.ts';
import { documentClient, type World } from './world.ts';

/** Milliseconds that a person waits for an act: the HTTP API gives up after 30 s. */
const ANSWER_MS = 24_000;

/** What acts and the views of agents need. */
export function peopleAdminOver(
  env: PeopleAdminEnv,
  world: World,
): ActDeps & AgentRoutesDeps & { readonly issuer: PeopleIssuer } {
  const client = documentClient(world);
  const orders = ordersOver(env, world);
  const catalog = withPeoplesIssuer(orders.catalog, env.PEOPLE_ISSUER.issuer);
  const source = world.catalog ? world.catalogSource : loadCatalogSource(env.CATALOG_FILE);
  return {
    ...orders,
    catalog,
    proofs: proofsOver(env, world),
    possible: onFirstUse(() => possibleUnder(catalog)),
    ...trailOf(env, world),
    budgets: createBudgetReader({ client, table: env.BUDGETS_TABLE }),
    people: createPeopleReader({ client, table: env.PEOPLE_TABLE }),
    acts: createActStore({ client, table: env.EVIDENCE_TABLE }),
    issuer: env.PEOPLE_ISSUER,
    ...(source && { source }),
    site: { origin: env.CONSOLE_ORIGIN },
    patience: world.patience ?? patientFor(ANSWER_MS),
    random: world.random ?? { bytes: (count) => randomBytes(count) },
  };
}

/** Policies are parsed for the first agent that is shown, not for every start. */
function onFirstUse<Given, Told>(make: () => (given: Given) => Told): (given: Given) => Told {
  let made: ((given: Given) => Told) | undefined;
  return (given) => {
    made ??= make();
    return made(given);
  };
}

/** What is not done by then goes on, and what ends grants is taken over by the schedule that settles kills. */
function patientFor(milliseconds: number): Patience {
  return async (work) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), milliseconds);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      // nobody listens to a late failure
      work.catch(() => undefined);
    }
  };
}
