// Patches of a review, applied by git to a copy of the shipped catalog.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCatalog, readCatalogTexts } from '../../../src/adapters/files/catalog-files.ts';
import {
  loadCatalogSource,
  SOURCE_FILE,
  writeCatalogSource,
} from '../../../src/adapters/files/compiled-catalog.ts';
import { editCatalog, openTexts } from '../../../src/adapters/files/edit-catalog.ts';
import { withDiffs } from '../../../src/adapters/files/review-diff.ts';
import { unifiedDiff } from '../../../src/adapters/files/unified-diff.ts';
import { removeItem } from '../../../src/adapters/files/yaml-removal.ts';
import type { Catalog } from '../../../src/core/model.ts';
import { reviewContent } from '../../../src/core/review/content.ts';
import { mayDo, possibleUnder } from '../../../src/core/review/possible.ts';
import { SHIPPED } from '../../support/catalog-directory.ts';
import { NOW, sampleGrant } from '../../support/grant.ts';

let folder: string;
let catalogDirectory: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'remit-review-'));
  catalogDirectory = join(folder, 'catalog');
  cpSync(SHIPPED, catalogDirectory, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function compiled(): Catalog {
  const { catalog, problems } = readCatalog(catalogDirectory);
  if (catalog === undefined) throw new Error(JSON.stringify(problems));
  return catalog;
}

const tasksOf = (id: string) => {
  const catalog = compiled();
  const agent = catalog.agents.find((each) => each.id === id);
  return agent === undefined ? [] : mayDo(possibleUnder(catalog)(agent));
};

/** The review of a catalogued agent that asked for these tasks. */
async function review(id: string, asked: readonly string[], reviewBy = '2026-11-30') {
  const catalog = compiled();
  const agent = catalog.agents.find((each) => each.id === id);
  if (agent === undefined) throw new Error(id);
  const grants = asked.map((task) =>
    sampleGrant({
      agent: id,
      task,
      status: 'active',
      workload: { ...agent.bindings[0], assertionId: 'j' } as never,
    }),
  );
  const found = { agent: { ...agent, reviewBy, status: 'active' as const }, version: 1 };
  const content = await reviewContent(
    {
      catalog,
      clock: () => NOW,
      agents: { find: async () => found },
      grants: {
        listByAgent: async () => ({ grants }),
        listByTask: async () => ({ grants: [] }),
        listOpen: async () => ({ grants: [] }),
        get: async (grantId) => grants.find((each) => each.grantId === grantId),
      },
    },
    id,
  );
  return withDiffs(content, { texts: readCatalogTexts(catalogDirectory), root: 'catalog' });
}

function gitApply(diff: string): void {
  const file = join(folder, 'change.patch');
  writeFileSync(file, diff);
  execFileSync('git', ['apply', file], { cwd: folder, stdio: 'pipe' });
}

test.each([
  ['billing-agent', ['export-invoices'], ['read-orders', 'refund-customer']],
  ['billing-agent', ['refund-customer', 'read-orders'], ['export-invoices']],
  ['support-agent', ['read-orders'], ['close-account']],
  ['support-agent', ['close-account'], ['read-orders']],
])('[REVIEW-4] the patch for %s that asked for %j takes exactly %j', async (id, asked, lost) => {
  const others = ['billing-agent', 'support-agent', 'release-agent'].filter((each) => each !== id);
  const before = Object.fromEntries(others.map((each) => [each, tasksOf(each)]));
  const { diff, loses, proposals } = await review(id, asked);
  expect([...loses].sort()).toEqual(lost);
  expect(proposals.map(({ problem }) => problem)).toEqual(proposals.map(() => undefined));
  gitApply(diff);
  expect(tasksOf(id)).toEqual(asked.toSorted());
  expect(Object.fromEntries(others.map((each) => [each, tasksOf(each)]))).toEqual(before);
});

test('[REVIEW-4] each proposal has a patch of its own, and a second review begins where the first ended', async () => {
  const first = await review('billing-agent', ['export-invoices']);
  expect(first.proposals).toHaveLength(2);
  for (const { diff, loses } of first.proposals) {
    gitApply(diff);
    expect(tasksOf('billing-agent')).not.toContain(loses[0]);
  }
  expect(tasksOf('billing-agent')).toEqual(['export-invoices']);
  expect((await review('billing-agent', ['export-invoices'])).proposals).toEqual([]);
});

test('[REVIEW-4] groups and identities leave their lines, and nothing else changes', async () => {
  const file = join(catalogDirectory, 'agents/billing-agent.yaml');
  writeFileSync(
    file,
    `# kept
agent: billing-agent
owner: { issuer: https://login.acme.dev, subject: ada } # kept too
purpose:   'Sends monthly statements'
environment: prod
groups:
  - billing
  # was for the audit
  - audit   # 2024
reviewBy: 2026-11-30
bindings:
  - issuer: aws-prod
    subject: arn:aws:iam::111122223333:role/acme-billing-agent
  # the old cluster
  - subject: arn:aws:iam::111122223333:role/acme-old
    issuer: aws-prod
`,
  );
  const { diff, proposals } = await review('billing-agent', [
    'export-invoices',
    'refund-customer',
    'read-orders',
  ]);
  expect(proposals.map(({ kind }) => kind)).toEqual(['leave-group', 'remove-binding']);
  const removed = diff.split('\n').filter((line) => /^[-+](?![-+])/.test(line));
  expect(removed).toEqual([
    '-  # was for the audit',
    '-  - audit   # 2024',
    '-  # the old cluster',
    '-  - subject: arn:aws:iam::111122223333:role/acme-old',
    '-    issuer: aws-prod',
  ]);
  gitApply(diff);
  expect(compiled().agents.find(({ id }) => id === 'billing-agent')).toMatchObject({
    groups: ['billing'],
    bindings: [{ subject: 'arn:aws:iam::111122223333:role/acme-billing-agent' }],
  });
});

test('[REVIEW-6] an agent whose group nobody else is in cannot be taken out by patch, and the reason is told', async () => {
  const { proposals, diff } = await review('release-agent', []);
  expect(proposals).toMatchObject([
    { kind: 'retire', diff: '', problem: expect.stringContaining('no agent is in group platform') },
  ]);
  expect(diff).toBe('');
});

test('[REVIEW-6] files that say something else than the registry have no patch', () => {
  const texts = readCatalogTexts(catalogDirectory);
  const opened = openTexts(texts);
  if ('problem' in opened) throw new Error(opened.problem);
  const group = editCatalog(opened, [{ kind: 'leave-group', agent: 'billing-agent', group: 'nothing' }]);
  expect(group).toMatchObject({ problem: expect.stringContaining('not have it in a form') });
  const broken = openTexts(new Map([...texts, ['issuers.yaml', 'issuers: [']]));
  expect(broken).toMatchObject({ problem: expect.stringContaining('problems of its own') });
});

test('[REVIEW-4] the files ship beside the compiled catalog and read back', () => {
  const source = { root: 'catalog', texts: readCatalogTexts(catalogDirectory) };
  expect(loadCatalogSource(join(folder, 'catalog.json'))).toBeUndefined();
  writeFileSync(join(folder, SOURCE_FILE), writeCatalogSource(source));
  expect(loadCatalogSource(join(folder, 'catalog.json'))).toEqual(source);
});

test('[REVIEW-4] a file that comes and one that goes are patches too', () => {
  const texts = readCatalogTexts(catalogDirectory);
  const without = new Map([...texts].filter(([path]) => path !== 'policies/platform.cedar'));
  gitApply(unifiedDiff(texts, without, 'catalog'));
  expect(readCatalogTexts(catalogDirectory).has('policies/platform.cedar')).toBe(false);
  gitApply(unifiedDiff(without, texts, 'catalog'));
  expect(readCatalogTexts(catalogDirectory)).toEqual(texts);
});

test.each([
  ['groups: [a, b, c]\n', 'a', 'groups: [b, c]\n'],
  ['groups: [a, b, c]\n', 'b', 'groups: [a, c]\n'],
  ['groups: [ a, b ] # two\n', 'b', 'groups: [ a ] # two\n'],
  ['groups: [a]\nx: 1\n', 'a', 'groups: []\nx: 1\n'],
  ['groups:\n  - a\nx: 1\n', 'a', 'groups: []\nx: 1\n'],
  ['groups:\n- a\n- b', 'b', 'groups:\n- a\n'],
  ['groups:\r\n  - a\r\n  - "b"\r\nx: 1\r\n', 'b', 'groups:\r\n  - a\r\nx: 1\r\n'],
  ['groups: [b, c]\n', 'a', undefined],
  ['groups: a\n', 'a', undefined],
])('[REVIEW-4] of %j without %s is left %j', (text, item, left) => {
  expect(removeItem(text, 'groups', (each) => each === item)).toBe(left);
});
