// Reviews, owners and updates by the real command line against local mode.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogDirectoryOf } from '../../cli/question-ports.ts';
import { peopleIssuerUrl } from '../../src/adapters/local/people-issuer.ts';
import { freshHome, runCli } from '../cli/run-cli.ts';
import { type Local, startLocal } from '../support/local.ts';

let local: Local;
let folder: string;
let directory: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'remit-reviews-'));
  directory = join(folder, 'catalog');
  cpSync('catalog', directory, { recursive: true });
  local = await startLocal({ catalogDirectory: directory });
}, 120_000);
afterAll(async () => {
  await local?.close();
  rmSync(folder, { recursive: true });
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const remit = (...args: string[]) => runCli(args, { HOME: freshHome(), REMIT_BROKER: local.brokerUrl });
const read = async (...args: string[]) => {
  const { code, stdout, stderr } = await remit(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

test('[REVIEW-7] local mode lists and shows reviews without a word about tables', async () => {
  const { reviews } = await read('reviews', '--days', '3650');
  expect(reviews.map(({ agent }: { agent: string }) => agent).sort()).toEqual(
    local.catalog.agents.map(({ id }) => id).sort(),
  );
  const review = await read('reviews', 'show', 'billing-agent');
  expect(review.may.map(({ task }: { task: string }) => task)).toContain('export-invoices');
  const { stdout } = await remit('reviews', 'confirm', 'billing-agent');
  expect(stdout).toContain(`${local.brokerUrl}/console/#/reviews/billing-agent`);
});

test('[REVIEW-14] the patch is of the catalog that local mode serves, wherever the command runs', async () => {
  const options = { broker: local.brokerUrl, catalog: 'catalog', partition: 'aws', prefix: 'remit' };
  expect(await catalogDirectoryOf(options, false)).toBe(directory);
  expect(await catalogDirectoryOf(options, true)).toBe('catalog');
  expect(await catalogDirectoryOf({ ...options, table: 'grants' }, false)).toBe('catalog');
  expect(await catalogDirectoryOf({ ...options, broker: 'https://remit.acme.dev' }, false)).toBe('catalog');
});

test('[REVIEW-11] local mode tells whose owner its people do not know', async () => {
  const { owners } = await read('agents', 'owners');
  const byAgent = new Map(owners.map((each: { agent: string }) => [each.agent, each]));
  expect(byAgent.get('billing-agent')).toMatchObject({
    directory: 'present',
    // the second once the example's date is past, and local mode has moved it
    concerns: [
      expect.stringMatching(/^(never confirmed at a review|the last review was confirmed by somebody else)$/),
    ],
  });
  for (const each of owners) expect(['present', 'missing', 'unknown']).toContain(each.directory);
});

test('[LIFE-14] operators change what was registered at run time, and not what the catalog says', async () => {
  const file = join(folder, 'reporter.json');
  const issuer = `${local.brokerUrl}/demo`;
  writeFileSync(
    file,
    JSON.stringify({
      id: 'reporter',
      owner: { issuer: peopleIssuerUrl(local.brokerUrl), subject: 'lister' },
      purpose: 'reports',
      environment: 'prod',
      groups: [],
      bindings: [{ issuer, subject: 'reporter-old' }],
    }),
  );
  const why = ['--reason', 'quarterly report'];
  expect((await remit('agents', 'register', file, ...why)).code).toBe(0);
  const swap = ['--add-binding', `${issuer} reporter-new`, '--remove-binding', `${issuer} reporter-old`];
  const updated = await read('agents', 'update', 'reporter', '--purpose', 'more reports', ...swap, ...why);
  expect(updated).toMatchObject({ purpose: 'more reports', bindings: [{ subject: 'reporter-new' }] });
  const owner = ['--owner-issuer', peopleIssuerUrl(local.brokerUrl), '--owner-subject', 'lister'];
  expect((await read('agents', 'list', ...owner)).agents).toMatchObject([{ id: 'reporter' }]);
  const catalogued = await remit('agents', 'update', 'billing-agent', '--purpose', 'x', ...why);
  expect(catalogued).toMatchObject({ code: 3, stderr: expect.stringContaining('agent_catalogued') });
  expect((await remit('agents', 'update', 'reporter', ...why)).code).toBe(2);
});

test('[REVIEW-10] an agent whose review is due is told of in local mode', async () => {
  const { reviewDigest } = await read('reviews', 'show', 'support-agent');
  const review = ['agents', 'review', 'support-agent', '--digest', reviewDigest, '--review-by', inDays(3)];
  expect((await remit(...review, '--reason', 'looked')).code).toBe(0);
  await local.remind();
  const answer = await fetch(`${local.brokerUrl}/dev/notifications`);
  expect(await answer.json()).toMatchObject({ reviews: [{ agent: 'support-agent', kind: 'review.due' }] });
});

test('[LIFE-24] a review over the operators’ channel takes the digest of what was shown, and is told as unsigned', async () => {
  const why = ['--reason', 'quarterly review'];
  const none = await remit('agents', 'review', 'support-agent', ...why);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--digest')]);
  const other = ['--digest', `sha256:${'0'.repeat(64)}`];
  const foreign = await remit('agents', 'review', 'support-agent', ...other, ...why);
  expect([foreign.code, foreign.stderr]).toEqual([3, expect.stringContaining('agent_changed')]);
  const { stdout } = await remit('reviews', 'show', 'support-agent');
  const [, digest = ''] = /^digest of what is shown: (sha256:[0-9a-f]{64})$/m.exec(stdout) ?? [];
  expect((await read('reviews', 'show', 'support-agent')).reviewDigest).toBe(digest);
  const done = await remit('agents', 'review', 'support-agent', '--digest', digest, ...why);
  expect([done.stderr, done.code]).toEqual(['', 0]);
  const { agent } = JSON.parse((await remit('agents', 'show', 'support-agent', '--json')).stdout);
  expect(agent.review).toMatchObject({ by: { issuer: 'aws:iam' }, reason: 'quarterly review' });
  expect(agent.review).not.toHaveProperty('evidenceId');
});
