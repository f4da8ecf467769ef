// `remit audit redrive` and `rescan`: what they order of the audit function, and what they say of its answer.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshHome, runCli } from './run-cli.ts';

const orders: unknown[] = [];
let answers: object[] = [];
let lambda: Server;
let endpoint = '';

beforeAll(async () => {
  lambda = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      orders.push([request.url, JSON.parse(Buffer.concat(chunks).toString())]);
      response.end(JSON.stringify(answers.shift() ?? {}));
    });
  });
  await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
});
afterAll(() => lambda.close());

const reason = 'the release reads it now';
const audit = (...args: string[]) => bare(...args, '--reason', reason);
const bare = (...args: string[]) =>
  runCli(['audit', ...args, '--region', 'eu-west-1', '--endpoint', endpoint], {
    HOME: freshHome(),
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    REMIT_AUDIT_FUNCTION: 'remit-audit',
  });
const path = '/2015-03-31/functions/remit-audit/invocations';

test('[AUDIT-26] [AUDIT-59] what was set aside is taken by one order, and what is left is said and is exit code 1', async () => {
  orders.length = 0;
  answers = [
    { taken: 3, recorded: 3, unreadable: 0, forgotten: 0, unknown: 0 },
    { taken: 3, recorded: 0, unreadable: 1, forgotten: 2, unknown: 0 },
  ];
  expect(await audit('redrive')).toMatchObject({ code: 0, stdout: 'taken 3, recorded 3\n', stderr: '' });
  const left = await audit('redrive', '--limit', '7');
  expect([left.code, left.stderr]).toEqual([
    1,
    expect.stringMatching(/1 cannot be read[\s\S]*2 are in their stream no more/),
  ]);
  expect(orders).toEqual([
    [path, { action: 'redrive', limit: 100, reason }],
    [path, { action: 'redrive', limit: 7, reason }],
  ]);
  answers = [{ unexpected: true }];
  expect((await audit('redrive')).code).toBe(4);
  const silent = await bare('redrive');
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('--reason')]);
}, 60_000);

test('[AUDIT-26] a table is gone over to its end, part by part', async () => {
  orders.length = 0;
  answers = [
    { scanned: 1000, recorded: 2, gaps: 1, next: 'G1' },
    { scanned: 10, recorded: 1, gaps: 0 },
  ];
  const done = await audit('rescan', '--source', 'grants');
  expect(done).toMatchObject({ code: 0, stdout: 'looked at 1010, recorded 3, gaps 1\n' });
  expect(orders).toEqual([
    [path, { action: 'rescan', source: 'grants', limit: 1000, reason }],
    [path, { action: 'rescan', source: 'grants', limit: 1000, reason, after: 'G1' }],
  ]);
  expect((await audit('rescan', '--source', 'others')).code).toBe(2);
}, 60_000);
