// boto3 and the AWS CLI with a task's access, across lease boundaries: by exec, by a running serve, and by
// credential_process. Fifteen-second leases; how often the broker was asked is counted from its own log.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../support/local.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REMIT = join(ROOT, 'cli/remit.mjs');
const ASKED = ['--agent', 'billing-agent', '--task', 'export-invoices', '--param', 'customer=cus_12345678'];
const TASK = [...ASKED, '--param', 'month=2026-10'];
const KEY = 'cus_12345678/2026-10/invoice-1.txt';
const run = promisify(execFile);

/** Reads an allowed object for 35 s, then one of another customer. */
const BOTO3 = `
import boto3, os, time, botocore.exceptions
s3 = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
end, reads = time.time() + 35, 0
while time.time() < end:
    s3.get_object(Bucket='acme-invoices', Key='${KEY}')['Body'].read()
    reads += 1
    time.sleep(0.5)
try:
    s3.get_object(Bucket='acme-invoices', Key='cus_87654321/2026-10/invoice-1.txt')
    print('NOT DENIED')
except botocore.exceptions.ClientError as error:
    print(reads, error.response['Error']['Code'])
`;

let local: Local;
let home: string;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'remit-home-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function environment(): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return {
    PATH,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    REMIT_BROKER: local.brokerUrl,
    AWS_ENDPOINT_URL: local.awsUrl,
    AWS_DEFAULT_REGION: local.region,
    AWS_REGION: local.region,
  };
}

/** How often the token endpoint was asked meanwhile. */
async function counted<Result>(work: () => Promise<Result>): Promise<{ result: Result; calls: number }> {
  const before = tokenCalls();
  const result = await work();
  return { result, calls: tokenCalls() - before };
}
const tokenCalls = () => local.logs.filter((line) => line['operation'] === 'token').length;

/** 35 s of 15 s leases: one at the start, one each half life; some slack for a slow machine. */
function expectFewCalls(calls: number): void {
  expect(calls).toBeGreaterThanOrEqual(3);
  expect(calls).toBeLessThanOrEqual(8);
}

describe('boto3', () => {
  test('[CLIENTS-1] through exec works on past its leases, and is denied outside', async () => {
    const args = [REMIT, 'exec', ...TASK, '--', 'python3', '-c', BOTO3];
    const { result, calls } = await counted(() => run(process.execPath, args, { env: environment() }));
    const [reads, code] = result.stdout.trim().split(' ');
    expect(code).toBe('AccessDenied');
    expect(Number(reads)).toBeGreaterThan(20);
    expectFewCalls(calls);
  });

  test('[CLIENTS-2] through a running serve does the same', async () => {
    const tokenFile = join(home, 'token');
    const serve = spawn(process.execPath, [REMIT, 'serve', ...TASK, '--token-file', tokenFile, '--json'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const url = await endpointOf(serve);
      const env = {
        ...environment(),
        AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: readFileSync(tokenFile, 'utf8').trim(),
      };
      const { result, calls } = await counted(() => run('python3', ['-c', BOTO3], { env }));
      expect(result.stdout.trim()).toMatch(/^\d+ AccessDenied$/);
      expectFewCalls(calls);
    } finally {
      serve.kill('SIGTERM');
      await new Promise((resolve) => serve.once('exit', resolve));
    }
  });
});

test('[CLIENTS-3] the AWS CLI by credential_process asks once for several commands', async () => {
  const config = join(home, 'config');
  const command = [process.execPath, REMIT, 'credentials', ...TASK].join(' ');
  writeFileSync(config, `[profile invoices]\nregion = ${local.region}\ncredential_process = ${command}\n`);
  const env = { ...environment(), AWS_CONFIG_FILE: config, AWS_PROFILE: 'invoices' };
  const { calls } = await counted(async () => {
    for (let round = 0; round < 3; round += 1) {
      const { stdout } = await run('aws', ['s3', 'cp', `s3://acme-invoices/${KEY}`, '-'], { env });
      expect(stdout).toContain('Invoice 1');
    }
  });
  expect(calls).toBeLessThanOrEqual(2);
  const denied = run('aws', ['s3', 'cp', 's3://acme-invoices/cus_87654321/2026-10/invoice-1.txt', '-'], {
    env,
  });
  await expect(denied).rejects.toThrow(/403|Forbidden|AccessDenied/);
});

/** The address that serve prints first. */
async function endpointOf(serve: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of serve.stdout ?? []) {
    text += String(chunk);
    const found = /http:\/\/127\.0\.0\.1:\d+[^"\s]*/.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error('serve printed no address');
}
