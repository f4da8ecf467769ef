// People's side of a deployment: who they are and where they go. The console's address is part of the sign-in's
// client, and the sign-in's address of what the console may talk to; so they are made together.

import { Annotations, type Stack } from 'aws-cdk-lib';
import { PEOPLES_ISSUER } from '../../src/core/catalog/owners.ts';
import type { Catalog } from '../../src/core/model.ts';
import type { PeopleIssuer } from '../../src/core/people/person.ts';
import type { RemitConfig } from '../config.ts';
import { Console } from './console.ts';
import { configuredPeople, PeoplePool } from './people.ts';

interface PeopleSideProps {
  readonly config: RemitConfig;
  readonly catalog: Catalog;
  readonly brokerUrl: string;
}

/** Adds the console, and a user pool when the team brings no identity provider. */
export function addPeopleSide(stack: Stack, { config, catalog, brokerUrl }: PeopleSideProps) {
  const { prefix, people } = config;
  const retain = config.tables === 'retain';
  const consoleAt = (connectOrigins: readonly string[]) =>
    new Console(stack, 'Console', { prefix, retain, brokerUrl, connectOrigins, ...domainOf(config) });
  if (people !== undefined) {
    const { issuer, origins } = configuredPeople(people, catalog);
    return answer(stack, consoleAt(origins), issuer);
  }
  warnOfOwners(stack, catalog);
  const pool = new PeoplePool(stack, 'People', { prefix, retain, catalog });
  const console = consoleAt(pool.origins);
  return answer(stack, console, pool.addConsole(console.origin));
}

/** An id of a pool, as its issuer ends; which one this stack makes is known after the first deploy. */
const ISSUER_OF_A_POOL = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9-]+_[A-Za-z0-9]+$/;

/** People of the pool can approve for no agent whose owner is of another provider. */
function warnOfOwners(stack: Stack, { agents }: Catalog): void {
  const strange = agents.filter(
    ({ owner: { issuer } }) => issuer !== PEOPLES_ISSUER && !ISSUER_OF_A_POOL.test(issuer),
  );
  if (strange.length === 0) return;
  const named = strange.map(({ id, owner }) => `${id} (${owner.issuer})`).join(', ');
  Annotations.of(stack).addWarningV2(
    'remit:owners',
    `the owners of these agents are not of the user pool that this stack makes, so that approvals are refused for them: ${named}\n` +
      '    fix: after the first deploy name each owner by the sub of a user of the pool, and leave the issuer out (docs/deploying.md, People)',
  );
}

function answer(stack: Stack, console: Console, issuer: PeopleIssuer) {
  return { console, consoleOrigin: console.origin, peopleIssuer: stack.toJsonString(issuer) };
}

function domainOf({ consoleDomain, consoleCertificateArn }: RemitConfig) {
  if (consoleDomain === undefined || consoleCertificateArn === undefined) return {};
  return { domain: { name: consoleDomain, certificateArn: consoleCertificateArn } };
}
