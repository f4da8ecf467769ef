import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeBroker, refusal, startFakeBroker } from '../client/fake-broker.ts';
import { freshHome, runCli } from './run-cli.ts';

const TASK = ['--task', 'export-invoices', '--param', 'customer=cus_12345678'];

let broker: FakeBroker;
let env: Record<string, string>;
let grants: string;

beforeEach(async () => {
  broker = await startFakeBroker();
  const home = freshHome();
  env = { REMIT_BROKER: broker.url, REMIT_AGENT: 'billing-agent', HOME: home };
  grants = join(home, 'state', 'grants');
});
afterEach(() => broker.close());

const credentials = (...more: string[]) => runCli(['credentials', ...TASK, ...more], env);

function keptFiles(): string[] {
  return readdirSync(grants).map((name) => join(grants, name));
}

describe('remit credentials', () => {
  it('[CLI-6] prints credential_process JSON, and the second call costs no exchange', async () => {
    const first = await credentials();
    expect(first.code).toBe(0);
    expect(Object.keys(JSON.parse(first.stdout))).toEqual([
      'Version',
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
      'Expiration',
    ]);
    expect(JSON.parse(first.stdout).Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect((await credentials()).stdout).toBe(first.stdout);
    expect(broker.count('request')).toBe(1);
    expect(broker.count('renew')).toBe(0);
  });

  it('[CLI-13] what it keeps is 0600 in directories of 0700', async () => {
    await credentials();
    for (const path of keptFiles()) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(keptFiles()).toHaveLength(1);
    for (const path of [grants, join(grants, '..')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('[CLI-13] a directory that others may enter is refused', async () => {
    const state = join(env['HOME'] ?? '', 'state');
    mkdirSync(state);
    chmodSync(state, 0o755);
    const { code, stderr } = await credentials();
    expect(code).toBe(1);
    expect(stderr).toContain(`fix: chmod 700 ${state}`);
    expect(broker.count('request')).toBe(0);
  });

  it('[CLI-6] four at once make one grant', async () => {
    const outcomes = await Promise.all([credentials(), credentials(), credentials(), credentials()]);
    expect(new Set(outcomes.map((outcome) => outcome.stdout)).size).toBe(1);
    expect(broker.count('request')).toBe(1);
  });

  it('[CLI-6] past half the lease it renews; when the broker is down then, the lease alive is printed', async () => {
    broker.leaseSeconds = 20;
    const first = await credentials();
    await new Promise((resolve) => setTimeout(resolve, 10_100));
    broker.intercept = (call) => (call.kind === 'renew' ? 'drop' : undefined);
    expect((await credentials()).stdout).toBe(first.stdout);
    broker.intercept = undefined;
    const third = await credentials();
    expect(third.code).toBe(0);
    expect(third.stdout).not.toBe(first.stdout);
    expect(broker.count('request')).toBe(1);
  });

  it.each([
    ['half a JSON', '{"version":1,"ke'],
    ['JSON of another shape', '{"version":2}'],
    ['nothing', ''],
  ])('[CLI-7] a kept grant that is %s is put away and replaced', async (_, text) => {
    await credentials();
    const [path = ''] = keptFiles();
    writeFileSync(path, text);
    const { code, stderr, stdout } = await credentials();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Version: 1 });
    expect(stderr).toMatch(/^remit: the kept grant .* cannot be read and was put away as .*\.broken\n$/);
    expect(broker.count('request')).toBe(2);
    expect(readFileSync(`${path}.broken`, 'utf8')).toBe(text);
  });

  it('a lock left by a process that died does not block', async () => {
    await credentials();
    const [path = ''] = keptFiles();
    const { key } = JSON.parse(readFileSync(path, 'utf8')) as { key: string };
    writeFileSync(join(grants, `${key}.lock`), '999999999');
    expect((await credentials()).code).toBe(0);
  });

  it('a pending request fails with exit code 5, and the next call goes on with it', async () => {
    broker.intercept = (call) => {
      if (call.kind !== 'request') return undefined;
      const members = { auth_req_id: 'H', grant_id: 'G', interval: 5, expires_in: 600 };
      return { status: 400, body: { error: 'authorization_pending', code: 'grant_pending', ...members } };
    };
    const first = await credentials();
    expect(first.code).toBe(5);
    expect(first.stderr).toContain('A person has to decide about this request first.');
    broker.intercept = (call) => (call.kind === 'poll' ? refusal(400, 'grant_denied') : undefined);
    const second = await credentials();
    expect(second.code).toBe(3);
    expect(broker.count('request')).toBe(1);
    expect(broker.calls.at(-1)?.form['auth_req_id']).toBe('H');
  });

  it('a killed grant stays ended until somebody requests the task again', async () => {
    broker.leaseSeconds = 1;
    await credentials();
    for (const grant of broker.grants.values()) grant.status = 'killed';
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await credentials()).code).toBe(3);
    const again = await credentials();
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('grant_ended');
    expect(broker.count('request')).toBe(1);
    broker.leaseSeconds = 60;
    expect((await runCli(['request', ...TASK], env)).code).toBe(0);
    expect((await credentials()).code).toBe(0);
    expect(broker.count('request')).toBe(2);
  });
});

describe('remit request and remit complete', () => {
  it('[CLI-14] what request asked for is completed by its id, from what is kept', async () => {
    const requested = await runCli(['request', ...TASK, '--purpose', 'monthly run', '--json'], env);
    const { grantId } = JSON.parse(requested.stdout) as { grantId: string };
    const secrets = [...broker.grants.values()].map((grant) => grant.handle);
    for (const secret of secrets) expect(requested.stdout + requested.stderr).not.toContain(secret);
    broker.intercept = (call) =>
      call.kind === 'complete'
        ? {
            status: 200,
            body: { grant_id: grantId, grant_status: 'completed', lease_expires_at: '2026-11-24T00:01:00Z' },
          }
        : undefined;
    const { code, stdout } = await runCli(['complete', grantId, '--outcome', '12 invoices'], {
      HOME: env['HOME'] ?? '',
      REMIT_BROKER: undefined,
    });
    expect(code).toBe(0);
    expect(stdout).toBe(`completed ${grantId}; no credential works after 2026-11-24T00:01:00.000Z\n`);
    expect(broker.calls.at(-1)?.form['outcome']).toBe('12 invoices');
    expect(readdirSync(grants)).toEqual([]);
  });

  it('[CLI-16] whoever does not wait is told who is asked, with the code and where', async () => {
    broker.intercept = (call) => {
      if (call.kind !== 'request') return undefined;
      const people = { approvers: 'finance-leads', quorum: 2, approved: 0, binding_code: 'ABCD-EFGH' };
      const members = { auth_req_id: 'H', grant_id: 'G', interval: 5, expires_in: 600, ...people };
      const approval_url = 'https://console.example/console/approvals/G';
      return { status: 400, body: { error: 'authorization_pending', ...members, approval_url } };
    };
    const { code, stdout } = await runCli(['request', ...TASK], env);
    expect(code).toBe(5);
    expect(stdout).toContain('asked    finance-leads: 0 of 2 have agreed\ncode     ABCD-EFGH');
    expect(stdout).toContain('where    https://console.example/console/approvals/G\nuntil    20');
    const json = await runCli(['request', ...TASK, '--json'], env);
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'pending', bindingCode: 'ABCD-EFGH', quorum: 2 });
    expect(json.stdout).not.toContain('"H"');
  });

  it('[CLI-14] a grant that is not kept here is told with what to do', async () => {
    const { code, stderr } = await runCli(['complete', '01K9Z3Q4M5N6P7R8S9T0V1W2X3'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('fix: complete it where it was requested, or give --handle-file');
  });

  it('a grant id that is a path stays inside the directory', async () => {
    const { code } = await runCli(['complete', '../../../etc/passwd'], env);
    expect(code).toBe(1);
  });
});
