// People's API that only reads.

import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { readEnv, type ViewsEnv, viewsEnv } from '../src/config/env.ts';
import { Refusal } from '../src/core/refusal.ts';

/** The endpoints over these resources. */
export function buildViews(_env: ViewsEnv, world: World = {}): Handler {
  return endpoint(createTelemetry(world.log), () => {
    throw new Refusal('route_unknown');
  });
}

export const handler = onFirstEvent(() => buildViews(readEnv(viewsEnv, process.env)));
