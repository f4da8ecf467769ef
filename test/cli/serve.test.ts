import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeBroker, refusal, startFakeBroker } from '../client/fake-broker.ts';
import { freshHome, type Running, runCli, startCli } from './run-cli.ts';

const TASK = ['--task', 'export-invoices', '--param', 'customer=cus_12345678'];

let broker: FakeBroker;
let env: Record<string, string>;
let running: Running[];

beforeEach(async () => {
  broker = await startFakeBroker();
  env = { REMIT_BROKER: broker.url, REMIT_AGENT: 'billing-agent', HOME: freshHome() };
  running = [];
});
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ done }) => done));
  await broker.close();
});

function serve(...more: string[]): Running {
  const started = startCli(['serve', ...TASK, ...more], env);
  running.push(started);
  return started;
}

async function where(started: Running): Promise<{ url: string; tokenFile: string }> {
  const [, url = '', tokenFile = ''] = await started.saw(/^remit serving .* url=(\S+) token-file=(\S+)$/m);
  return { url, tokenFile };
}

describe('remit serve', () => {
  it('[CLI-4] answers with the token of its 0600 file, and at its end completes and leaves none behind', async () => {
    const started = serve();
    const { url, tokenFile } = await where(started);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    const authorization = readFileSync(tokenFile, 'utf8');
    const answer = await fetch(url, { headers: { authorization } });
    expect(await answer.json()).toMatchObject({ AccessKeyId: expect.stringMatching(/^ASIA/) });
    expect((await fetch(url)).status).toBe(401);
    started.child.kill('SIGTERM');
    const { code, stdout } = await started.done;
    expect(code).toBe(0);
    expect(stdout).toContain(`export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=${tokenFile}`);
    expect(stdout).not.toContain(authorization);
    expect(broker.count('complete')).toBe(1);
    expect(existsSync(tokenFile)).toBe(false);
    expect(readdirSync(join(env['HOME'] ?? '', 'state', 'serve'))).toEqual([]);
  });

  it('[CLI-4] takes the port and the token file it is given', async () => {
    const tokenFile = join(env['HOME'] ?? '', 'token');
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const told = await where(serve('--port', String(port), '--token-file', tokenFile));
    expect(told).toEqual({ url: `http://127.0.0.1:${port}/credentials`, tokenFile });
  });

  it('[CLI-5] a port that is taken is told with the fix, and no grant is asked for', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await serve('--port', String(port)).done;
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `remit: Port ${port} on 127.0.0.1 is taken.\n  fix: give another --port, or stop what listens there\n`,
    );
    expect(broker.calls).toEqual([]);
  });

  it('[CLI-5] a second one for the same task says which one runs; for another task it starts', async () => {
    const first = serve();
    const { url } = await where(first);
    const { code, stderr } = await serve().done;
    expect(code).toBe(1);
    expect(stderr).toContain(`remit serve (process ${first.child.pid}) at ${url} already serves this task`);
    expect(broker.count('request')).toBe(1);
    await where(serve('--param', 'month=2026-10'));
  });

  it('[CLI-5] one that was killed does not block the next', async () => {
    const first = serve();
    await where(first);
    first.child.kill('SIGKILL');
    await first.done;
    await where(serve());
  });

  it('a refusal at the start ends it with that refusal, and nothing is left', async () => {
    broker.intercept = (call) => (call.kind === 'request' ? refusal(400, 'agent_inactive') : undefined);
    const { code, stderr } = await serve().done;
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^remit: Refused: agent_inactive\. \(agent_inactive\)\n {2}fix: .*\n {2}request id: req-1\n$/,
    );
    expect(readdirSync(join(env['HOME'] ?? '', 'state', 'serve'))).toEqual([]);
  });

  it('[CLI-8] credentials asks it instead of the broker', async () => {
    const { url, tokenFile } = await where(serve());
    const authorization = readFileSync(tokenFile, 'utf8');
    const served = (await (await fetch(url, { headers: { authorization } })).json()) as Record<
      string,
      string
    >;
    const { stdout, code } = await runCli(['credentials', ...TASK], env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      Version: 1,
      AccessKeyId: served['AccessKeyId'],
      SecretAccessKey: served['SecretAccessKey'],
      SessionToken: served['Token'],
      Expiration: served['Expiration'],
    });
    expect(broker.count('request')).toBe(1);
  });

  it('--json tells programs where it serves', async () => {
    const [text] = await serve('--json').saw(/^\{.*\}$/m);
    expect(JSON.parse(text)).toMatchObject({
      task: 'export-invoices',
      environment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/) },
    });
  });
});
