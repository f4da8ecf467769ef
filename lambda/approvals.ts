// People's API on decisions.

import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { type ApprovalsEnv, approvalsEnv, readEnv } from '../src/config/env.ts';
import { Refusal } from '../src/core/refusal.ts';

/** The endpoints over these resources. */
export function buildApprovals(_env: ApprovalsEnv, world: World = {}): Handler {
  return endpoint(createTelemetry(world.log), () => {
    throw new Refusal('route_unknown');
  });
}

export const handler = onFirstEvent(() => buildApprovals(readEnv(approvalsEnv, process.env)));
