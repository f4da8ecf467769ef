// The demo issuer: attests any catalogued agent or resource server, on this machine only. The catalog never names
// it; local mode adds it and a binding for each agent in memory (src/core/catalog/demo.ts).

import type { APIGatewayProxyResultV2 } from 'aws-lambda';
import type { Binding, Catalog } from '../../core/model.ts';
import type { Clock } from '../../core/ports.ts';
import type { GatewayRoute } from './gateway.ts';
import { createOidcIssuer } from './oidc-issuer.ts';

const ASSERTION_SECONDS = 300;

/** Signs assertions for the names in the catalog. */
export interface DemoIdentity {
  /** For `<agent>`, or `server:<name>` for a resource server. @throws UnknownName */
  assertion(name: string, changes?: AssertionChanges): Promise<string>;
  /** `/dev/assertion`, and discovery and keys of the issuer. */
  readonly routes: readonly GatewayRoute[];
}

/** What probes have signed otherwise, to see it refused. */
interface AssertionChanges {
  readonly seconds?: number;
  readonly audience?: string;
}

/** The catalog has no such agent or resource server; the message lists those it has. */
class UnknownName extends Error {
  override readonly name = 'UnknownName';
}

/** Makes the issuer at `issuerUrl` for a catalog that has it. */
export function createDemoIdentity(options: {
  readonly catalog: Catalog;
  readonly issuerUrl: string;
  readonly clock: Clock;
}): DemoIdentity {
  const { catalog, issuerUrl, clock } = options;
  const configured = catalog.issuers.find(({ issuer }) => issuer === issuerUrl);
  if (configured === undefined) throw new Error('the demo issuer is not in the catalog');
  const issuer = createOidcIssuer({ url: issuerUrl, algorithms: ['ES256'], clock });
  const seconds = Math.min(ASSERTION_SECONDS, configured.maxLifetimeSeconds);
  const assertion = async (name: string, changes: AssertionChanges = {}) => {
    const { subject, claims = {} } = findBinding(catalog, issuerUrl, name);
    const aud = changes.audience ?? configured.audience;
    return issuer.sign('ES256', { ...claims, sub: subject, aud }, changes.seconds ?? seconds);
  };
  const path = new URL(issuerUrl).pathname;
  return {
    assertion,
    routes: [
      {
        routeKey: 'GET /dev/assertion',
        handler: ({ queryStringParameters }) => answer(assertion, queryStringParameters ?? {}),
      },
      {
        routeKey: `GET ${path}/.well-known/openid-configuration`,
        handler: async () => json(200, issuer.discovery()),
      },
      {
        routeKey: `GET ${path}/.well-known/jwks.json`,
        handler: async () => json(200, await issuer.keySet()),
      },
    ],
  };
}

async function answer(
  assertion: DemoIdentity['assertion'],
  { agent: name, seconds, audience }: Readonly<Record<string, string | undefined>>,
): Promise<APIGatewayProxyResultV2> {
  if (seconds !== undefined && !/^[1-9][0-9]{0,8}$/.test(seconds))
    return json(400, { error: 'seconds is a whole number' });
  if (name === undefined) return json(400, { error: 'say which agent: /dev/assertion?agent=<id>' });
  try {
    const changes = { ...(seconds && { seconds: Number(seconds) }), ...(audience && { audience }) };
    return json(200, { assertion: await assertion(name, changes) });
  } catch (error) {
    if (error instanceof UnknownName) return json(404, { error: error.message });
    throw error;
  }
}

function json(statusCode: number, value: unknown): APIGatewayProxyResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(value),
  };
}

function findBinding(catalog: Catalog, issuerUrl: string, name: string): Binding {
  const named: readonly (readonly [string, readonly Binding[]])[] = [
    ...catalog.agents.map(({ id, bindings }) => [id, bindings] as const),
    ...catalog.resourceServers.map((server) => [`server:${server.name}`, server.bindings] as const),
  ];
  const found = named.find(([known]) => known === name)?.[1].find(({ issuer }) => issuer === issuerUrl);
  if (found !== undefined) return found;
  const names = named.map(([known]) => known).join(', ');
  throw new UnknownName(`the catalog has no agent ${JSON.stringify(name)}; it has: ${names}`);
}
