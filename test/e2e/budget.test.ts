// A budget in local mode: the real functions under their own roles, the real command line in front of them.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { SHIPPED } from '../support/catalog-directory.ts';
import { type Local, startLocal } from '../support/local.ts';

let directory: string;
let local: Local;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'remit-budget-'));
  cpSync(SHIPPED, directory, { recursive: true });
  const file = join(directory, 'tasks/export-invoices.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}budget: { concurrent: 1, perHour: 2 }\n`);
  local = await startLocal({ catalogDirectory: directory });
}, 120_000);
afterAll(async () => {
  await local.close();
  rmSync(directory, { recursive: true });
});

const exec = async () =>
  runCli(
    [
      'exec',
      ...['--task', 'export-invoices', '--param', 'customer=cus_12345678', '--param', 'month=2026-10'],
      ...['--purpose', 'statement', '--', process.execPath, '-e', 'console.log("did it")'],
    ],
    {
      REMIT_BROKER: local.brokerUrl,
      REMIT_AGENT: 'billing-agent',
      AWS_REGION: local.region,
    },
  );

test('[BUDGET-1] [BUDGET-3] [BUDGET-13] the agent works within it, and is told which limit it met and when to come again', async () => {
  expect(await exec()).toMatchObject({ code: 0, stdout: expect.stringContaining('did it') });

  // its lease may still be in somebody's hands: for what is left of it the command waits by itself
  local.clock.forward(12);
  expect(await exec()).toMatchObject({ code: 0, stdout: expect.stringContaining('did it') });

  local.clock.forward(60);
  const refused = await exec();
  expect(refused.code).toBe(125);
  expect(refused.stdout).not.toContain('did it');
  expect(refused.stderr).toMatch(/as many grants of this task within an hour as its budget allows: 2\./);
  expect(refused.stderr).toMatch(/try again in (58|59|60) min/);
});
