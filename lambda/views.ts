// The people's API that only reads: configuration of the console, who is signed in, grants, findings.

import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { gateOver, viewsOver } from '../src/adapters/aws/people-over.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { choosePeopleAction } from '../src/adapters/http/people/route.ts';
import { viewRoutes } from '../src/adapters/http/people/views.ts';
import { readEnv, type ViewsEnv, viewsEnv } from '../src/config/env.ts';

/** The views over these resources. */
export function buildViews(env: ViewsEnv, world: World = {}): Handler {
  const routes = viewRoutes(viewsOver(env, world));
  return endpoint(createTelemetry(world.log), choosePeopleAction(routes, gateOver(env, world)), {
    refusals: refusalsOver(env, world),
  });
}

export const handler = onFirstEvent(() => buildViews(readEnv(viewsEnv, process.env)));
