// People's side of a deployment: who they are and where they go. The console's address is part of the sign-in's
// client, and the sign-in's address of what the console may talk to; so they are made together.

import type { Stack } from 'aws-cdk-lib';
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
  const pool = new PeoplePool(stack, 'People', { prefix, retain, catalog });
  const console = consoleAt(pool.origins);
  return answer(stack, console, pool.addConsole(console.origin));
}

function answer(stack: Stack, console: Console, issuer: PeopleIssuer) {
  return { console, consoleOrigin: console.origin, peopleIssuer: stack.toJsonString(issuer) };
}

function domainOf({ consoleDomain, consoleCertificateArn }: RemitConfig) {
  if (consoleDomain === undefined || consoleCertificateArn === undefined) return {};
  return { domain: { name: consoleDomain, certificateArn: consoleCertificateArn } };
}
