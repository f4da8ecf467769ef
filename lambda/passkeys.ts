// The people's API on passkeys, and the one writer of them. Invoked directly, with IAM's leave, it confirms a first one.

import { alsoInvokedDirectly, type HttpOrDirect } from '../src/adapters/aws/direct-confirmation.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { gateOver, passkeysOver } from '../src/adapters/aws/people-over.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint } from '../src/adapters/http/endpoint.ts';
import { passkeyRoutes } from '../src/adapters/http/people/passkeys.ts';
import { choosePeopleAction } from '../src/adapters/http/people/route.ts';
import { type PasskeysEnv, passkeysEnv, readEnv } from '../src/config/env.ts';
import { confirmByInvocation } from '../src/core/people/confirm.ts';

/** The endpoints over these resources; the handler takes both kinds of events. */
export function buildPasskeys(env: PasskeysEnv, world: World = {}): HttpOrDirect {
  const deps = passkeysOver(env, world);
  const telemetry = createTelemetry(world.log);
  const refusals = refusalsOver(env, world);
  return alsoInvokedDirectly({
    http: endpoint(telemetry, choosePeopleAction(passkeyRoutes(deps), gateOver(env, world)), { refusals }),
    telemetry,
    refusals,
    confirm: (asked, requestId) => confirmByInvocation(deps, asked, requestId),
  });
}

export const handler = onFirstEvent(() => buildPasskeys(readEnv(passkeysEnv, process.env)));
