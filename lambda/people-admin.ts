// The people's API on agents: what there is, what is due, and the administrative acts, signed where they are dangerous.

import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { peopleAdminOver } from '../src/adapters/aws/people-admin-over.ts';
import { gateOver } from '../src/adapters/aws/people-over.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { actRoutes } from '../src/adapters/http/people/acts.ts';
import { agentRoutes } from '../src/adapters/http/people/agents.ts';
import { choosePeopleAction } from '../src/adapters/http/people/route.ts';
import { type PeopleAdminEnv, peopleAdminEnv, readEnv } from '../src/config/env.ts';

/** The endpoint over these resources. */
export function buildPeopleAdmin(env: PeopleAdminEnv, world: World = {}): Handler {
  const deps = peopleAdminOver(env, world);
  const routes = [...actRoutes(deps), ...agentRoutes(deps)];
  return endpoint(createTelemetry(world.log), choosePeopleAction(routes, gateOver(env, world)), {
    refusals: refusalsOver(env, world),
  });
}

export const handler = onFirstEvent(() => buildPeopleAdmin(readEnv(peopleAdminEnv, process.env)));
