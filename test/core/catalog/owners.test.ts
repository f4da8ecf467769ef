// Owners of the catalog and the issuer that people sign in at.

import { expect, test } from 'vitest';
import { readCatalog } from '../../../src/adapters/files/catalog-files.ts';
import { PEOPLES_ISSUER, withPeoplesIssuer } from '../../../src/core/catalog/owners.ts';
import { driftOf } from '../../../src/core/lifecycle/drift.ts';
import { digestOf } from '../../../src/core/record/digest.ts';
import { checkChanged, SHIPPED } from '../../support/catalog-directory.ts';

const BILLING = 'agents/billing-agent.yaml';
const PEOPLE = 'https://login.acme.dev';

test('[CATALOG-20] an owner of another issuer than the people’s is an error at its line, with a fix', () => {
  for (const peopleIssuer of [`${PEOPLE}/`, 'https://LOGIN.acme.dev', 'https://login.other.dev']) {
    const { catalog, problems } = readCatalog(SHIPPED, { peopleIssuer });
    expect(catalog).toBeUndefined();
    expect(problems.find(({ file }) => file === BILLING)).toMatchObject({
      severity: 'error',
      line: 4,
      message: expect.stringContaining(`${PEOPLE}, and people sign in at ${peopleIssuer}`),
      fix: expect.stringContaining('leave the issuer out'),
    });
    expect(problems).toHaveLength(3);
  }
  expect(readCatalog(SHIPPED, { peopleIssuer: PEOPLE }).problems).toEqual([]);
});

test('[CATALOG-20] an owner without an issuer is of the people’s, whichever it is; others stay, and so does the digest', () => {
  const { catalog } = checkChanged({ [BILLING]: [/^ {2}issuer: .*\n/m, ''] });
  if (catalog === undefined) throw new Error('does not compile');
  const owners = (of: typeof catalog) =>
    Object.fromEntries(of.agents.map(({ id, owner }) => [id, owner.issuer]));
  expect(owners(catalog)).toMatchObject({ 'billing-agent': PEOPLES_ISSUER, 'support-agent': PEOPLE });
  const pool = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123';
  const deployed = withPeoplesIssuer(catalog, pool);
  expect(owners(deployed)).toMatchObject({ 'billing-agent': pool, 'support-agent': PEOPLE });
  expect(deployed.digest).toBe(catalog.digest);
  const { digest, ...content } = catalog;
  expect(digestOf(content)).toBe(digest);
});

test('[CATALOG-20] what stands for the issuer that is left out cannot be written, and is nobody’s', () => {
  const written = checkChanged({ [BILLING]: [PEOPLE, PEOPLES_ISSUER] });
  expect(written.problems.map(({ message }) => message).join()).toContain('https URL');
});

test('[CATALOG-20] an agent whose file leaves the issuer out does not differ from its row for that', () => {
  const { catalog } = checkChanged({ [BILLING]: [/^ {2}issuer: .*\n/m, ''] });
  const catalogued = catalog?.agents.find(({ id }) => id === 'billing-agent');
  if (catalogued === undefined) throw new Error('no agent');
  const row = { ...catalogued, status: 'active', reviewBy: '2027-02-22' } as const;
  const owner = { ...catalogued.owner, issuer: PEOPLE };
  expect(driftOf({ ...row, owner }, catalogued)).not.toContain('owner');
  expect(driftOf({ ...row, owner: { ...owner, subject: 'ben' } }, catalogued)).toContain('owner');
});
