// The demo issuer of local mode: added to the catalog in memory, with a binding for each agent and resource server.
// It is never in a file, and synth refuses one like it. The agents' owners become people of the demo identity provider.

import type { Catalog, Issuer } from '../model.ts';
import { digestOf } from '../record/digest.ts';

/** Name and audience of the demo issuer. */
export const DEMO_ISSUER = { name: 'demo', audience: 'urn:remit:local' } as const;

/** Subject by which the demo issuer attests an agent. */
export function demoSubject(agent: string): string {
  return `agent:${agent}`;
}

/** Subject by which the demo issuer attests a resource server. */
export function demoServerSubject(server: string): string {
  return `server:${server}`;
}

/** Addresses of the two demo issuers. */
export interface DemoIssuers {
  /** Attests agents and resource servers. */
  readonly workloads: string;
  /** Signs people in; owners keep their subjects there. */
  readonly people: string;
}

/** The catalog with the demo issuers at these addresses. */
export function withDemoIssuer(catalog: Catalog, { workloads: issuerUrl, people }: DemoIssuers): Catalog {
  const issuer: Issuer = {
    name: DEMO_ISSUER.name,
    kind: 'oidc',
    issuer: issuerUrl,
    audience: DEMO_ISSUER.audience,
    algorithms: ['ES256'],
    maxLifetimeSeconds: 600,
    replay: 'single-use',
  };
  const { digest: _, ...content } = catalog;
  const local: Omit<Catalog, 'digest'> = {
    ...content,
    issuers: [...catalog.issuers, issuer],
    agents: catalog.agents.map((agent) => ({
      ...agent,
      owner: { ...agent.owner, issuer: people },
      bindings: [...agent.bindings, { issuer: issuerUrl, subject: demoSubject(agent.id) }],
    })),
    resourceServers: catalog.resourceServers.map((server) => ({
      ...server,
      bindings: [...server.bindings, { issuer: issuerUrl, subject: demoServerSubject(server.name) }],
    })),
  };
  return { digest: digestOf(local), ...local };
}

/** Whether this is local mode's: its issuer is plain http on loopback, which no catalog in a file can name. */
export function isOfLocalMode({ issuers }: Pick<Catalog, 'issuers'>): boolean {
  return issuers.some(
    ({ name, audience, issuer }) =>
      name === DEMO_ISSUER.name &&
      audience === DEMO_ISSUER.audience &&
      issuer.startsWith('http://localhost:'),
  );
}

/** Whether local mode serves that catalog: the same but for the demo issuers, wherever they are. */
export function isServedLocally(catalog: Catalog, served: Catalog): boolean {
  const workloads = served.issuers.find(({ name }) => name === DEMO_ISSUER.name)?.issuer;
  if (workloads === undefined) return false;
  const people = served.agents[0]?.owner.issuer ?? '';
  return withDemoIssuer(catalog, { workloads, people }).digest === served.digest;
}
