// complete, revoke and introspect: ends grants and tells of them. It cannot assume a role or write an agent.

import { verifyOver } from '../src/adapters/aws/exchange-over.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { chooseGrantsAction } from '../src/adapters/http/grants-action.ts';
import { type GrantsEnv, grantsEnv, readEnv } from '../src/config/env.ts';

/** The endpoints of a grant's end over these resources. */
export function buildGrants(env: GrantsEnv, world: World = {}): Handler {
  return endpoint(createTelemetry(world.log), chooseGrantsAction(verifyOver(env, world), env.BROKER_URL), {
    refusals: refusalsOver(env, world),
  });
}

export const handler = onFirstEvent(() => buildGrants(readEnv(grantsEnv, process.env)));
