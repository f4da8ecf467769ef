// `POST /oauth2/token`: the one function that may assume task roles.

import { exchangeOver } from '../src/adapters/aws/exchange-over.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { type Action, endpoint, type Handler, type HttpRequest } from '../src/adapters/http/endpoint.ts';
import { leaseAnswer } from '../src/adapters/http/lease-answer.ts';
import { tokenRequest } from '../src/adapters/http/token-request.ts';
import { readEnv, type TokenEnv, tokenEnv } from '../src/config/env.ts';
import { renewLease, startTask } from '../src/core/exchange.ts';

/** The token endpoint over these resources. */
export function buildToken(env: TokenEnv, world: World = {}): Handler {
  const deps = exchangeOver(env, world);
  const choose = (request: HttpRequest): Action => {
    const { role, read } = tokenRequest(request, env.BROKER_URL);
    return {
      operation: 'token',
      role,
      async run(context) {
        const ask = read();
        context.log.note({ ask: ask.kind });
        const issued =
          ask.kind === 'task'
            ? await startTask(deps, ask.request, context)
            : await renewLease(deps, ask.request, context);
        return leaseAnswer(issued, deps.clock());
      },
    };
  };
  return endpoint(createTelemetry(world.log), choose, { refusals: refusalsOver(env, world) });
}

export const handler = onFirstEvent(() => buildToken(readEnv(tokenEnv, process.env)));
