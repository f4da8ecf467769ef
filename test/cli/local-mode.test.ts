// The command line against local mode: the real endpoints, tables and an AWS plane that enforces IAM.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grant } from '../../src/core/model.ts';
import { type Local, startLocal } from '../support/local.ts';
import { freshHome, runCli } from './run-cli.ts';

const TASK = ['--task', 'export-invoices', '--param', 'customer=cus_12345678', '--param', 'month=2026-10'];
/** A stock SDK that reads for so many seconds, and once where it must not. */
const READER = `
  import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
  const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
  const read = async (key) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'acme-invoices', Key: key }));
    return (await Body.transformToString()).length;
  };
  const keys = new Set();
  const until = Date.now() + Number(process.env.SECONDS) * 1000;
  do {
    await read('cus_12345678/2026-10/invoice-1.txt');
    keys.add((await s3.config.credentials()).accessKeyId);
    await new Promise((resolve) => setTimeout(resolve, 250));
  } while (Date.now() < until);
  const denied = await read('cus_87654321/2026-10/invoice-1.txt').catch((error) => error.name);
  console.log(JSON.stringify({ leases: keys.size, denied }));
`;

const run = promisify(execFile);
const runNode = (args: readonly string[], more: Record<string, string>) =>
  run(process.execPath, args, { env: { PATH: process.env['PATH'], ...more } });

let local: Local;
let env: Record<string, string>;
beforeAll(async () => {
  local = await startLocal();
  env = {
    HOME: freshHome(),
    REMIT_BROKER: local.brokerUrl,
    REMIT_AGENT: 'billing-agent',
    AWS_ENDPOINT_URL: local.awsUrl,
    AWS_REGION: local.region,
  };
});
afterAll(() => local.close());

describe('the command line in local mode', () => {
  it('[CLI-1] [CLI-2] a stock SDK reads inside the task across leases, is denied outside, and the grant is completed', async () => {
    const command = ['--', 'node', '--input-type=module', '-e', READER];
    const { code, stdout, stderr } = await runCli(['exec', '--json', ...TASK, ...command], {
      ...env,
      SECONDS: '9',
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ leases: 2, denied: 'AccessDenied' });
    const { grantId, completed } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as {
      grantId: string;
      completed: boolean;
    };
    expect(completed).toBe(true);
    const shown = await grantsOf([grantId, '--json']);
    const grant = JSON.parse(shown.stdout) as Grant;
    expect(grant).toMatchObject({
      status: 'completed',
      agent: 'billing-agent',
      leaseCount: 2,
      outcome: 'exit 0',
    });
  });

  it('[CLI-9] what no policy permits is refused before the command runs', async () => {
    const args = ['exec', '--agent', 'support-agent', ...TASK, '--', 'echo', 'ran'];
    const { code, stdout, stderr } = await runCli(args, env);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(
      /^remit: No policy lets this agent do this task.* \(policy_denied\)\n {2}fix: remit explain.*\n {2}request id: \S+\n$/,
    );
  });

  it('the example agent reads an invoice and completes its grant', async () => {
    const { stdout } = await runNode(['--import', 'tsx', 'examples/node-agent/agent.ts'], env);
    expect(stdout).toMatch(/\S/);
    const { stdout: open } = await grantsOf(['--agent', 'billing-agent', '--status', 'active', '--json']);
    expect(JSON.parse(open)).toEqual({ grants: [], more: false });
  });
});

/** `remit grants` as the operator of the local AWS plane. */
async function grantsOf(args: readonly string[]) {
  const { accessKeyId, secretAccessKey, sessionToken } = local.operator;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  const dynamodb = new DynamoDBClient({ endpoint: local.awsUrl, region: local.region, credentials });
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  const table = TableNames.find((name) => /grants/i.test(name)) ?? '';
  return runCli(['grants', ...args, '--table', table], {
    ...env,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
  });
}
