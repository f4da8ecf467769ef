// `remit reviews` over tables, as a person calls it.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { missingPatchNote } from '../../cli/review-lines.ts';
import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { readCatalog } from '../../src/adapters/files/catalog-files.ts';
import { mayDo, possibleUnder } from '../../src/core/review/possible.ts';
import { SHIPPED } from '../support/catalog-directory.ts';
import { sampleEvent, sampleGrant } from '../support/grant.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';
import { freshHome, type Outcome, runCli } from './run-cli.ts';

let tables: Tables;
let folder: string;
beforeAll(async () => {
  tables = await startTables();
  folder = mkdtempSync(join(tmpdir(), 'remit-reviews-'));
  cpSync(SHIPPED, join(folder, 'catalog'), { recursive: true });
  const [agent] = readCatalog(SHIPPED).catalog?.agents.filter(({ id }) => id === 'billing-agent') ?? [];
  if (agent === undefined) throw new Error('the shipped catalog has no billing-agent');
  const book = createAgentBook({ client: tables.client, table: TABLES.registry });
  await book.create({ ...agent, reviewBy: '2020-01-01', purpose: '=cmd', status: 'active' }, sampleEvent());
  const grants = createGrantStore({ client: tables.client, table: TABLES.grants });
  const workload = { ...agent.bindings[0], assertionId: 'j' } as never;
  await grants.reserve(sampleGrant({ status: 'active', requestedAt: new Date(), workload }), sampleEvent());
});
afterAll(async () => {
  await tables.close();
  rmSync(folder, { recursive: true });
});

function reviews(...args: string[]): Promise<Outcome> {
  return runCli(['reviews', ...args], {
    HOME: freshHome(),
    REMIT_GRANTS_TABLE: TABLES.grants,
    REMIT_REGISTRY_TABLE: TABLES.registry,
    AWS_ENDPOINT_URL: tables.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
}
const here = () => ['--account', '111122223333', '--catalog', join(folder, 'catalog')];

test('[REVIEW-7] the list as a table, JSON, and CSV without formulas', async () => {
  const table = await reviews(...here());
  expect(table.stdout).toMatch(/^AGENT +REVIEW BY[\s\S]*\nbilling-agent +2020-01-01 +overdue by/);
  const json = JSON.parse((await reviews('--state', 'overdue', '--json', ...here())).stdout);
  expect(json).toMatchObject({ partial: false, reviews: [{ agent: 'billing-agent', overdue: true }] });
  expect((await reviews('--csv', ...here())).stdout).toContain(",'=cmd");
  expect((await reviews('--state', 'due', ...here())).stderr).toContain('no review is due');
  expect((await reviews('list', '--csv', ...here())).stdout).toContain(",'=cmd");
  const half = await reviews('--owner-issuer', 'https://login.acme.dev', ...here());
  expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining('an issuer and a subject') });
});

test('[REVIEW-7] one review for people and for programs', async () => {
  const { stdout } = await reviews('show', 'billing-agent', ...here());
  expect(stdout).toMatch(/^export-invoices +allowed +1 +1 /m);
  expect(stdout).toMatch(/^refund-customer +depends +- +- +never/m);
  expect(stdout).toContain('never asked for: read-orders, refund-customer');
  const json = JSON.parse((await reviews('show', 'billing-agent', '--json', ...here())).stdout);
  expect(json).toMatchObject({ overdue: true, loses: ['read-orders', 'refund-customer'] });
  const nobody = await reviews('show', 'nobody', ...here());
  expect(nobody).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      'There is no agent of this name. (agent_not_found)\n  fix: remit agents list',
    ),
  });
});

test('[REVIEW-7] the patch applies where the catalog is, and takes exactly what was said', async () => {
  const { stdout } = await reviews('show', 'billing-agent', '--diff', ...here());
  writeFileSync(join(folder, 'review.patch'), stdout);
  // the catalog is not below the working directory: paths are those inside it
  execFileSync('git', ['apply', '--directory=catalog', 'review.patch'], { cwd: folder });
  const { catalog } = readCatalog(join(folder, 'catalog'));
  const [agent] = catalog?.agents.filter(({ id }) => id === 'billing-agent') ?? [];
  expect(catalog && agent && mayDo(possibleUnder(catalog)(agent))).toEqual(['export-invoices']);
});

test('[REVIEW-14] a patch that is missing says which catalog was looked at', () => {
  const proposal = { kind: 'retire', sentence: 'Retire it.', loses: [], diff: '' } as const;
  const note = (problem?: string) =>
    missingPatchNote({ proposals: [proposal, { ...proposal, ...(problem && { problem }) }] }, 'other');
  expect(note()).toBeUndefined();
  expect(note('the catalog has no such agent')).toBe(
    'patches were sought for the catalog in other; --catalog names another',
  );
});

test('[REVIEW-7] confirming is for the console', async () => {
  const { stdout, code } = await reviews(
    'confirm',
    'billing-agent',
    '--console',
    'https://broker.acme.dev/console/',
  );
  expect(code).toBe(0);
  expect(stdout).toContain('https://broker.acme.dev/console/#/reviews/billing-agent');
  expect((await reviews('confirm', 'x', '--console', 'http://evil.example')).code).toBe(2);
});
