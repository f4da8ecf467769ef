// `POST /oauth2/token`: the one function that may assume task roles.

import { randomBytes } from 'node:crypto';
import { createGrantStore } from '../src/adapters/aws/grants-table.ts';
import { createLeaseIssuer } from '../src/adapters/aws/lease-issuer.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createRegistry } from '../src/adapters/aws/registry-table.ts';
import { createReplayLedger } from '../src/adapters/aws/replay-table.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, documentClient, stsClient, type World } from '../src/adapters/aws/world.ts';
import { loadCatalog } from '../src/adapters/files/compiled-catalog.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { createKeySource } from '../src/adapters/http/key-source.ts';
import { leaseAnswer } from '../src/adapters/http/lease-answer.ts';
import { tokenRequest } from '../src/adapters/http/token-request.ts';
import { readEnv, type TokenEnv, tokenEnv } from '../src/config/env.ts';
import { createAuthorizer } from '../src/core/authorize/authorizer.ts';
import type { ExchangeDeps } from '../src/core/deps.ts';
import { renewLease, startTask } from '../src/core/exchange.ts';

/** The token endpoint over these resources. */
export function buildToken(env: TokenEnv, world: World = {}): Handler {
  const deps = exchangeDeps(env, world);
  return endpoint(createTelemetry(world.log), (request) => {
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
  });
}

/** What the exchange needs, over AWS. */
function exchangeDeps(env: TokenEnv, world: World): ExchangeDeps {
  const client = documentClient(world);
  const catalog = world.catalog ?? loadCatalog(env.CATALOG_FILE);
  const clock = clockOf(world);
  return {
    catalog,
    clock,
    random: world.random ?? { bytes: (count) => randomBytes(count) },
    keys: createKeySource({
      clock,
      fetch: world.fetch ?? fetch,
      allowLoopback: world.allowLoopback ?? false,
    }),
    replay: createReplayLedger({ client, table: env.REPLAY_TABLE }),
    grants: createGrantStore({ client, table: env.GRANTS_TABLE, registryTable: env.REGISTRY_TABLE }),
    registry: createRegistry({ client, table: env.REGISTRY_TABLE }),
    authorizer: createAuthorizer(catalog),
    sts: createLeaseIssuer({ client: stsClient(world), withSession: (session) => stsClient(world, session) }),
    place: { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX },
  };
}

export const handler = onFirstEvent(() => buildToken(readEnv(tokenEnv, process.env)));
