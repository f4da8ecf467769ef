// Owners of the catalog and the issuer that people sign in at.

import { expect, test } from 'vitest';
import { readCatalog } from '../../../src/adapters/files/catalog-files.ts';
import { PEOPLES_ISSUER, withPeoplesIssuer } from '../../../src/core/catalog/owners.ts';
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
