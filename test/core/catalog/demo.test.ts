// The demo issuer exists in memory only.

import { expect, test } from 'vitest';
import { readCatalog } from '../../../src/adapters/files/catalog-files.ts';
import {
  demoServerSubject,
  demoSubject,
  isServedLocally,
  withDemoIssuer,
} from '../../../src/core/catalog/demo.ts';
import { SHIPPED } from '../../support/catalog-directory.ts';

const ISSUERS = { workloads: 'http://localhost:1/demo', people: 'http://localhost:1/people' };

test('[CATALOG-8] it attests each agent and resource server, under another digest', () => {
  const shipped = readCatalog(SHIPPED).catalog;
  if (shipped === undefined) throw new Error('does not compile');
  const local = withDemoIssuer(shipped, ISSUERS);
  expect(local.digest).not.toBe(shipped.digest);
  expect(local.issuers.at(-1)).toMatchObject({
    name: 'demo',
    issuer: 'http://localhost:1/demo',
    replay: 'single-use',
  });
  for (const agent of local.agents) expect(agent.bindings.at(-1)?.subject).toBe(demoSubject(agent.id));
  for (const server of local.resourceServers) {
    expect(server.bindings.at(-1)?.subject).toBe(demoServerSubject(server.name));
  }
  expect(JSON.stringify(shipped)).not.toContain('demo');
});

test('[LOCAL-30] owners become people of the demo identity provider, by the same subject', () => {
  const shipped = readCatalog(SHIPPED).catalog;
  const local = shipped && withDemoIssuer(shipped, ISSUERS);
  expect(local?.agents.map(({ owner }) => owner)).toEqual(
    shipped?.agents.map(({ owner }) => ({ ...owner, issuer: ISSUERS.people })),
  );
});

test('[CATALOG-8] files are told from what local mode makes of them, and from other files', () => {
  const shipped = readCatalog(SHIPPED).catalog;
  if (shipped === undefined) throw new Error('does not compile');
  const local = withDemoIssuer(shipped, ISSUERS);
  expect(isServedLocally(shipped, local)).toBe(true);
  expect(isServedLocally(shipped, shipped)).toBe(false);
  expect(isServedLocally({ ...shipped, tasks: shipped.tasks.slice(1) }, local)).toBe(false);
});
