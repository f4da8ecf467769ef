import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeBroker, refusal, startFakeBroker } from '../client/fake-broker.ts';
import { freshHome, runCli, startCli } from './run-cli.ts';

const TASK = ['--task', 'refund-customer', '--param', 'amount=20'];

let broker: FakeBroker;
let env: Record<string, string>;

beforeEach(async () => {
  broker = await startFakeBroker();
  env = { REMIT_BROKER: broker.url, REMIT_AGENT: 'billing-agent', HOME: freshHome() };
});
afterEach(() => broker.close());

const exec = (command: readonly string[], more: Record<string, string> = {}) =>
  runCli(['exec', ...TASK, '--', ...command], { ...env, ...more });

const PRINT_ENVIRONMENT = ['node', '-e', 'console.log(JSON.stringify(process.env))'];
const FETCH = `
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization } = process.env;
  const ask = () => fetch(url, { headers: { authorization } });
`;

function outcomeOf(): string | undefined {
  return broker.calls.find((call) => call.kind === 'complete')?.form['outcome'];
}

describe('what the command gets', () => {
  it('[CLI-1] the container endpoint, the region, and no other way to credentials', async () => {
    const aws = join(env['HOME'] ?? '', '.aws');
    mkdirSync(aws);
    writeFileSync(
      join(aws, 'config'),
      '[default]\nregion = eu-north-1\n[profile work]\nregion = eu-central-1\n',
    );
    const { stdout, code } = await exec(PRINT_ENVIRONMENT, {
      AWS_ACCESS_KEY_ID: 'AKIASTATIC',
      AWS_SECRET_ACCESS_KEY: 'static',
      AWS_SESSION_TOKEN: 'static',
      AWS_PROFILE: 'work',
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/x',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/x',
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    });
    expect(code).toBe(0);
    const seen = JSON.parse(stdout) as Record<string, string>;
    expect(
      Object.keys(seen)
        .filter((name) => name.startsWith('AWS_'))
        .sort(),
    ).toEqual([
      'AWS_CONFIG_FILE',
      'AWS_CONTAINER_AUTHORIZATION_TOKEN',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'AWS_DEFAULT_REGION',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_SHARED_CREDENTIALS_FILE',
    ]);
    expect(seen).toMatchObject({ AWS_REGION: 'eu-central-1', AWS_EC2_METADATA_DISABLED: 'true' });
    expect(stdout).not.toMatch(/AKIASTATIC|ASIA/);
  });

  it('[CLI-1] credentials of the task from its endpoint, many times for one broker call', async () => {
    const script = `${FETCH} (async () => {
      const keys = new Set();
      for (let i = 0; i < 50; i += 1) keys.add((await (await ask()).json()).AccessKeyId);
      console.log([...keys].join());
    })()`;
    const { stdout, code } = await exec(['node', '-e', script]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ASIA[0-9A-F]{16}\n$/);
    expect(broker.count('request')).toBe(1);
    expect(broker.count('renew')).toBe(0);
  });

  it('[CLI-1] a stock AWS SDK finds them by itself, for one broker call', async () => {
    const signedBy: string[] = [];
    const s3 = createServer((request, response) => {
      signedBy.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody');
      response.writeHead(200).end();
    });
    await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
    const script = `
      import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
      const client = new S3Client({ forcePathStyle: true });
      for (let i = 0; i < 10; i += 1) await client.send(new HeadBucketCommand({ Bucket: 'b' }));
    `;
    const { code } = await exec(['node', '--input-type=module', '-e', script], {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIASTATIC',
      AWS_SECRET_ACCESS_KEY: 'static',
    });
    s3.closeAllConnections();
    await new Promise((resolve) => s3.close(resolve));
    expect(code).toBe(0);
    expect(signedBy).toHaveLength(10);
    expect([...new Set(signedBy)]).toEqual([expect.stringMatching(/^ASIA/)]);
    expect(broker.count('request')).toBe(1);
  });

  it('leases that follow each other, while the command runs, for one renewal per half life', async () => {
    broker.leaseSeconds = 2;
    const script = `${FETCH} (async () => {
      const keys = new Set();
      for (let i = 0; i < 45; i += 1) {
        const from = Date.now();
        const answer = await (await ask()).json();
        if (!answer.AccessKeyId || Date.parse(answer.Expiration) < from) process.exit(9);
        keys.add(answer.AccessKeyId);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      console.log(keys.size);
    })()`;
    const from = Date.now();
    const { stdout, code } = await exec(['node', '-e', script]);
    const halfLives = (Date.now() - from) / 1000;
    expect(code).toBe(0);
    expect(Number(stdout)).toBeGreaterThanOrEqual(4);
    expect(broker.count('request')).toBe(1);
    expect(broker.count('renew')).toBeGreaterThanOrEqual(3);
    expect(broker.count('renew')).toBeLessThanOrEqual(2 * halfLives);
  });

  it('[CLI-10] the amount travels as a number, and the purpose names the command', async () => {
    await exec(['true']);
    const details = JSON.parse(
      broker.calls.find((call) => call.kind === 'request')?.form['authorization_details'] ?? '',
    );
    expect(details).toEqual([
      { type: 'remit_task', task: 'refund-customer', parameters: { amount: 20 }, purpose: 'run true' },
    ]);
  });
});

describe('how it ends', () => {
  it.each([
    [0, 'exit 0'],
    [7, 'exit 7'],
  ])('[CLI-2] exit code %d is passed on, and the grant completed', async (wanted, outcome) => {
    const { code } = await exec(['sh', '-c', `exit ${wanted}`]);
    expect(code).toBe(wanted);
    expect(outcomeOf()).toBe(outcome);
  });

  it('[CLI-2] a command killed by a signal ends with 128 + n', async () => {
    const { code } = await exec(['sh', '-c', 'kill -KILL $$']);
    expect(code).toBe(137);
    expect(outcomeOf()).toBe('SIGKILL');
  });

  it.each([
    ['no-such-command-anywhere', 127, /was not found/],
    ['/etc/passwd', 126, /cannot be run/],
  ])('[CLI-2] %s ends with %d, says why, and the grant is completed', async (command, wanted, sentence) => {
    const { code, stderr } = await exec([command]);
    expect(code).toBe(wanted);
    expect(stderr).toMatch(sentence);
    expect(broker.count('complete')).toBe(1);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '[CLI-3] %s reaches the command, then the grant is completed',
    async (signal) => {
      const script = `process.on('${signal}', () => { console.log('heard'); process.exit(3); }); console.log('up'); setInterval(() => {}, 1000)`;
      const running = startCli(['exec', ...TASK, '--', 'node', '-e', script], env);
      await running.saw(/up/);
      running.child.kill(signal);
      const { code, stdout } = await running.done;
      expect(stdout).toContain('heard');
      expect(code).toBe(3);
      expect(broker.count('complete')).toBe(1);
    },
  );

  it('[CLI-3] Ctrl-C before the command runs: it is not run, and a grant in flight is completed', async () => {
    const running = startCli(['exec', ...TASK, '--', 'echo', 'ran'], env);
    broker.intercept = async (call) => {
      if (call.kind !== 'request') return undefined;
      running.child.kill('SIGINT');
      await sleep(2000); // the signal is there before the answer
      return undefined;
    };
    const { code, stdout } = await running.done;
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(broker.count('complete')).toBe(1);
  });

  it('[CLI-2] completing is tried until the broker confirms it', async () => {
    let failures = 2;
    broker.intercept = (call) => (call.kind === 'complete' && failures-- > 0 ? 'drop' : undefined);
    const { code, stderr } = await exec(['true']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(broker.count('complete')).toBe(3);
  });

  it('[CLI-2] when it cannot be completed, that and the end of the lease are told, and the code stays', async () => {
    broker.leaseSeconds = 3;
    broker.intercept = (call) => (call.kind === 'complete' ? { status: 503 } : undefined);
    const { code, stderr } = await exec(['sh', '-c', 'exit 7']);
    expect(code).toBe(7);
    expect(stderr).toMatch(/could not be completed; its lease ended by itself at 20/);
  });
});

describe('a broker that fails meanwhile', () => {
  const sleepThenAsk = (seconds: number) => [
    'node',
    '-e',
    `${FETCH} ask().then(() => setTimeout(async () => { const r = await ask(); console.log(r.status, JSON.stringify(await r.json())); }, ${seconds * 1000}))`,
  ];

  it('a lease that is alive is served while the broker is down', async () => {
    broker.leaseSeconds = 20;
    broker.intercept = (call) => (call.kind === 'renew' ? 'drop' : undefined);
    const { stdout, stderr } = await exec(sleepThenAsk(10.2));
    expect(broker.count('renew')).toBeGreaterThan(0);
    expect(stdout).toMatch(/^200 /);
    expect(stderr).not.toMatch(/ at .*\.ts/);
  });

  it('a killed grant: the command is told by its SDK, the person by a sentence, and nothing new is asked for', async () => {
    broker.leaseSeconds = 6;
    broker.intercept = (call) =>
      call.kind === 'renew' ? refusal(400, 'grant_ended', { grant_status: 'killed' }) : undefined;
    const { stdout, stderr, code } = await exec(sleepThenAsk(7));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^403 .*grant_ended/);
    expect(stderr).toMatch(/The lease in hand works until/);
    expect(broker.count('request')).toBe(1);
  });

  it('a grant at its longest duration is asked for anew, and the command does not notice', async () => {
    broker.leaseSeconds = 2;
    broker.intercept = (call) =>
      call.kind === 'renew' ? refusal(400, 'grant_ended', { grant_status: 'expired' }) : undefined;
    const { stdout } = await exec(sleepThenAsk(3));
    expect(stdout).toMatch(/^200 /);
    expect(broker.count('request')).toBeGreaterThanOrEqual(2);
  });
});

describe('failures before the command', () => {
  it('[CLI-9] a refusal: sentence, code, fix, request id, exit code 125, no stack', async () => {
    broker.intercept = (call) => (call.kind === 'request' ? refusal(400, 'policy_denied') : undefined);
    const { code, stdout, stderr } = await exec(['echo', 'ran']);
    expect(code).toBe(125);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      'remit: Refused: policy_denied. (policy_denied)',
      expect.stringMatching(/^ {2}fix: remit explain/),
      '  request id: req-1',
      '',
    ]);
  });

  it('[CLI-9] REMIT_DEBUG adds the stack', async () => {
    broker.intercept = (call) => (call.kind === 'request' ? refusal(400, 'policy_denied') : undefined);
    const { stderr } = await exec(['true'], { REMIT_DEBUG: '1' });
    expect(stderr).toMatch(/^ +at /m);
  });

  it('no command is a usage error', async () => {
    const { code, stderr } = await runCli(['exec', ...TASK], env);
    expect(code).toBe(2);
    expect(stderr).toContain("missing required argument 'command'");
    expect(broker.calls).toEqual([]);
  });
});
