// Owners of the catalog against the people's identity provider: an owner of another one could not be told from whoever
// approves. A file may leave the issuer out, which means the people's: that of a pool is known after the first deploy.

import type { Catalog } from '../model.ts';
import type { Report } from './problem.ts';
import type { Parts } from './read-parts.ts';

/** Stands in a compiled catalog where a file leaves the issuer out. Nobody signs in by it, so nobody approves under it. */
export const PEOPLES_ISSUER = 'urn:remit:people';

/** The catalog with the people's issuer for the owners that name none; its digest stays that of the files. */
export function withPeoplesIssuer(catalog: Catalog, issuer: string): Catalog {
  const agents = catalog.agents.map((agent) =>
    agent.owner.issuer === PEOPLES_ISSUER ? { ...agent, owner: { ...agent.owner, issuer } } : agent,
  );
  return { ...catalog, agents };
}

/** Each owner names exactly the people's issuer, or none. */
export function checkOwners({ agents }: Parts, report: Report, peopleIssuer: string | undefined): void {
  if (peopleIssuer === undefined) return;
  for (const { file, value } of agents) {
    const { issuer } = value.owner;
    if (issuer === PEOPLES_ISSUER || issuer === peopleIssuer) continue;
    report.error(file, ['owner', 'issuer'], {
      message: `the owner’s issuer is ${issuer}, and people sign in at ${peopleIssuer}: nobody could approve what this agent asks for`,
      fix: `name the person by their sub at ${peopleIssuer}, and leave the issuer out`,
    });
  }
}
