import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWaitingDisplay, waitingLine } from '../../cli/waiting-display.ts';
import type { Pending } from '../../src/client/lease.ts';
import { type FakeBroker, refusal, startFakeBroker } from '../client/fake-broker.ts';
import { freshHome, runCli, startCli } from './run-cli.ts';

const NOW = Date.parse('2026-11-24T00:00:00Z');
const PENDING: Pending = {
  kind: 'pending',
  grant: { grantId: '01K9Z3Q4M5N6P7R8S9T0V1W2X3', handle: 'secret-handle' },
  intervalSeconds: 5,
  lapsesAt: new Date(NOW + 29 * 60_000 + 41_000),
  asked: {
    approvers: 'finance-leads, support-leads',
    quorum: 2,
    approved: 1,
    bindingCode: 'ABCD-EFGH',
    url: 'https://remit.acme.dev/console/#/approvals/01K9Z3Q4M5N6P7R8S9T0V1W2X3',
  },
};
const withApproved = (approved: number): Pending => ({
  ...PENDING,
  ...(PENDING.asked && { asked: { ...PENDING.asked, approved } }),
});

function screen(isTTY: boolean, columns = 60) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) };
}

/** The line as it stands on a terminal of that width. */
function liveLine(columns: number, pending: Pending): string {
  const tty = screen(true, columns);
  createWaitingDisplay({ screen: tty, now: () => NOW }).show(pending);
  return tty.written.at(-1) ?? '';
}

describe('the line', () => {
  it('[CLI-16] says who is asked, how many agreed, the code, how long is left, and where', () => {
    expect(waitingLine(PENDING, NOW)).toBe(
      '29:41 left · waiting for finance-leads, support-leads · 1 of 2 · code ABCD-EFGH · ' +
        'https://remit.acme.dev/console/#/approvals/01K9Z3Q4M5N6P7R8S9T0V1W2X3',
    );
    const { asked: _, ...bare } = PENDING;
    expect(waitingLine(bare, NOW)).toBe(
      '29:41 left · waiting for a person to decide about 01K9Z3Q4M5N6P7R8S9T0V1W2X3',
    );
    const { lapsesAt: _when, ...early } = bare;
    expect(waitingLine(early, NOW)).toBe('waiting for a person to decide about 01K9Z3Q4M5N6P7R8S9T0V1W2X3');
    expect(waitingLine(PENDING, NOW + 3_600_000)).toContain('00:00 left');
  });

  it('[CLI-16] is rewritten on a terminal and never wider than it, and gone when it is over', () => {
    const tty = screen(true);
    const display = createWaitingDisplay({ screen: tty, now: () => NOW });
    display.show(PENDING);
    display.show(withApproved(2));
    display.show(undefined);
    const [whole, ...rest] = tty.written;
    expect(whole).toContain('01K9Z3Q4M5N6P7R8S9T0V1W2X3\n');
    expect(rest.join('')).not.toContain('\n');
    for (const text of rest) expect(text.length).toBeLessThan(60);
    expect(rest.at(-1)).toBe('\r\u001b[K');
  });

  const WIDE = 'customer-refund-approvers-emea, incident-commanders-on-call';
  const LONG = new Date(NOW + 11 * 3_600_000 + 59 * 60_000);
  it.each([
    [
      200,
      WIDE,
      PENDING.lapsesAt,
      /^remit: 29:41 left · waiting for .*-on-call · 1 of 2 · code ABCD-EFGH · https:.*X3$/,
    ],
    [140, WIDE, PENDING.lapsesAt, /^remit: 29:41 left · waiting for .*-on-call · 1 of 2 · code ABCD-EFGH$/],
    [
      80,
      WIDE,
      PENDING.lapsesAt,
      /^remit: 29:41 left · waiting for customer-refund.*… · 1 of 2 · code ABCD-EFGH$/,
    ],
    [80, WIDE, LONG, /^remit: 11:59:00 left · waiting for customer-refun.*… · 1 of 2 · code ABCD-EFGH$/],
    [60, WIDE, PENDING.lapsesAt, /^29:41 left · waiting for customer-re.*… · code ABCD-EFGH$/],
    [60, WIDE, LONG, /^11:59:00 left · waiting for customer-re.*… · code ABCD-EFGH$/],
    [40, WIDE, LONG, /^11:59:00 left · customer-.*… · ABCD-EFGH$/],
    [100, 'ops', LONG, /^remit: 11:59:00 left · waiting for ops · 1 of 2 · code ABCD-EFGH · https:.*…$/],
    [80, 'ops', LONG, /^remit: 11:59:00 left · waiting for ops · 1 of 2 · code ABCD-EFGH$/],
    [20, WIDE, LONG, /^11:59:00 left · … · ABCD-EFGH$/],
  ])(
    '[CLI-23] on %d columns the groups %s cost neither the time nor the code',
    (columns, approvers, lapsesAt, whole) => {
      const line = liveLine(columns, {
        ...PENDING,
        lapsesAt,
        ...(PENDING.asked && { asked: { ...PENDING.asked, approvers } }),
      });
      expect(line).toMatch(whole);
      if (columns >= 40) expect(line.length).toBeLessThan(columns);
    },
  );

  it('[CLI-16] comes every half minute where there is no terminal, and when somebody agreed', () => {
    let now = NOW;
    const file = screen(false);
    const display = createWaitingDisplay({ screen: file, now: () => now });
    for (let second = 0; second < 70; second += 5) {
      now = NOW + second * 1000;
      display.show(PENDING);
    }
    expect(file.written).toHaveLength(3);
    display.show(withApproved(2));
    expect(file.written).toHaveLength(4);
    expect(file.written.join('')).not.toContain('secret-handle');
  });

  it('[CLI-16] is an event for each change with --json, and nothing else', () => {
    const file = screen(true);
    const display = createWaitingDisplay({ json: true, screen: file, now: () => NOW });
    for (const approved of [0, 0, 1, 1]) display.show(withApproved(approved));
    display.show(undefined);
    const events = file.written.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ event, approved }) => [event, approved])).toEqual([
      ['waiting', 0],
      ['waiting', 1],
      ['waiting-over', undefined],
    ]);
    expect(file.written.join('')).not.toContain('secret-handle');
  });
});

const TOO_EARLY = refusal(400, 'poll_too_early', { error: 'slow_down', interval: 90 });
const TASK = ['--task', 'refund-customer', '--param', 'amount=80'];

describe('commands that wait', () => {
  let broker: FakeBroker;
  let env: Record<string, string>;
  beforeEach(async () => {
    broker = await startFakeBroker();
    broker.needsPerson = true;
    env = { REMIT_BROKER: broker.url, REMIT_AGENT: 'billing-agent', HOME: freshHome() };
  });
  afterEach(() => broker.close());

  const polls = async (count: number) => {
    while (broker.count('poll') < count) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it('[CLI-16] exec waits, says for whom, and runs its command once they approved', async () => {
    const running = startCli(['exec', ...TASK, '--', 'echo', 'ran'], env);
    await running.saw(/waiting for finance-leads · 0 of 1 · code ABCD-EFGH/);
    await polls(1);
    broker.decision = 'approved';
    const { code, stdout, stderr } = await running.done;
    expect(stderr).toContain('the request was approved');
    expect([code, stdout]).toEqual([0, 'ran\n']);
    expect(broker.count('complete')).toBe(1);
  });

  it('a denial runs nothing and ends with 125', async () => {
    broker.decision = 'denied';
    const { code, stdout, stderr } = await runCli(['exec', ...TASK, '--', 'echo', 'ran'], env);
    expect([code, stdout]).toEqual([125, '']);
    expect(stderr).toContain('grant_denied');
  });

  it.each([
    ['exec', ['exec', ...TASK], ['--', 'echo', 'ran']],
    ['request', ['request', ...TASK, '--wait'], []],
    ['serve', ['serve', ...TASK], []],
  ])(
    '[CLI-17] [CLI-18] Ctrl-C leaves a request of %s waiting, and --resume comes back to it',
    async (name, args, rest) => {
      const first = startCli([...args, ...rest], env);
      await first.saw(/waiting for finance-leads/);
      await polls(1);
      first.child.kill('SIGINT');
      const left = await first.done;
      expect(left.stderr).toMatch(/goes on waiting; the same command with --resume/);
      expect(left.code).toBe(name === 'serve' ? 0 : 130);
      expect(broker.count('complete')).toBe(0);

      broker.decision = 'approved';
      const again = startCli([...args, '--resume', ...rest], env);
      if (name === 'serve') {
        await again.saw(/remit serving/);
        again.child.kill('SIGTERM');
      }
      const { code } = await again.done;
      expect(code).toBe(0);
      expect(broker.count('request')).toBe(1);
      expect([...broker.grants.values()].map(({ status }) => status)).toEqual([
        name === 'request' ? 'active' : 'completed',
      ]);
    },
  );

  it('[CLI-18] a request survives a kill, and is picked up while it still waits', async () => {
    const first = startCli(['exec', ...TASK, '--', 'echo', 'ran'], env);
    await first.saw(/waiting for/);
    await polls(1);
    first.child.kill('SIGKILL');
    await first.done;
    const again = startCli(['exec', ...TASK, '--resume', '--', 'echo', 'ran'], env);
    await again.saw(/waiting for/);
    broker.decision = 'approved';
    expect(await again.done).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(broker.count('request')).toBe(1);
  });

  /** A request of `exec` that was left waiting. */
  const leaveWaiting = async () => {
    const first = startCli(['exec', ...TASK, '--', 'echo', 'ran'], env);
    await first.saw(/waiting for/);
    first.child.kill('SIGINT');
    await first.done;
    broker.calls.length = 0;
  };

  it('[CLI-17] [CLI-18] Ctrl-C ends no request of a --resume that is told that it polls too early', async () => {
    await leaveWaiting();
    broker.intercept = ({ kind }) => (kind === 'poll' ? TOO_EARLY : undefined);
    const again = startCli(['exec', ...TASK, '--resume', '--', 'echo', 'ran'], env);
    await again.saw(/waiting for a person to decide about [0-9A-F]{26}/);
    again.child.kill('SIGINT');
    const { code, stdout, stderr } = await again.done;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(/goes on waiting; the same command with --resume/);
    expect([broker.count('request'), broker.count('complete')]).toEqual([0, 0]);
  });

  it('[CLI-17] [CLI-18] Ctrl-C ends no request of a --resume that has heard nothing yet', async () => {
    await leaveWaiting();
    let answer: (reply: typeof TOO_EARLY) => void = () => undefined;
    const late = new Promise<typeof TOO_EARLY>((resolve) => {
      answer = resolve;
    });
    broker.intercept = ({ kind }) => (kind === 'poll' ? late : undefined);
    const again = startCli(['exec', ...TASK, '--resume', '--', 'echo', 'ran'], env);
    await polls(1);
    again.child.kill('SIGINT');
    await again.saw(/goes on waiting; the same command with --resume/);
    answer(TOO_EARLY);
    expect(await again.done).toMatchObject({ code: 130, stdout: '' });
    expect([broker.count('request'), broker.count('complete')]).toEqual([0, 0]);
  });

  it('[CLI-18] a broker that is away ends no request of a --resume', async () => {
    await leaveWaiting();
    broker.intercept = ({ kind }) => (kind === 'poll' ? 'drop' : undefined);
    const failed = await runCli(['exec', ...TASK, '--resume', '--', 'echo', 'ran'], env);
    expect([failed.code, failed.stdout]).toEqual([125, '']);
    expect(failed.stderr).toMatch(/goes on waiting[\s\S]*broker_unreachable/);
    expect([broker.count('request'), broker.count('complete')]).toEqual([0, 0]);
    broker.intercept = undefined;
    broker.decision = 'approved';
    const resumed = await runCli(['exec', ...TASK, '--resume', '--', 'echo', 'ran'], env);
    expect([resumed.code, resumed.stdout]).toEqual([0, 'ran\n']);
  });

  it('[CLI-18] whoever comes back and does not wait is told at once that people decide, also when too early', async () => {
    await leaveWaiting();
    broker.intercept = ({ kind }) => (kind === 'poll' ? TOO_EARLY : undefined);
    const { code, stdout } = await runCli(['request', ...TASK, '--resume'], env);
    expect(code).toBe(5);
    expect(stdout).toMatch(/^status +pending: a person has to decide$/m);
    expect([broker.count('poll'), broker.count('request')]).toEqual([1, 0]);
  });

  it('[CLI-22] asking again for what waits says which request waits, and --resume which it takes', async () => {
    const [first, second] = [
      await runCli(['request', ...TASK], env),
      await runCli(['request', ...TASK], env),
    ];
    expect([first.code, second.code]).toEqual([5, 5]);
    const [older = '', newer = ''] = broker.grants.keys();
    expect(first.stderr).not.toContain('waited already');
    expect(second.stderr).toContain(`request ${older} of this task and these parameters waited already`);
    expect(second.stdout).toContain('remit exec with --resume');
    const json = JSON.parse((await runCli(['request', ...TASK, '--resume', '--json'], env)).stdout);
    expect(json).toMatchObject({ grantId: newer, approvers: ['finance-leads'] });
    const again = await runCli(['request', ...TASK, '--resume'], env);
    expect(again.stderr).toContain(`going on with request ${newer}; also kept: ${older}`);
    expect(broker.count('request')).toBe(2);
  });

  it('[CLI-18] what was denied meanwhile is told once, and then forgotten', async () => {
    const first = startCli(['request', ...TASK, '--wait'], env);
    await first.saw(/waiting for/);
    await polls(1);
    first.child.kill('SIGINT');
    await first.done;
    broker.decision = 'denied';
    const denied = await runCli(['request', ...TASK, '--wait', '--resume'], env);
    expect(denied.code).toBe(3);
    const [grantId = ''] = broker.grants.keys();
    expect(denied.stderr).toContain(`going on with request ${grantId}`);
    expect(denied.stderr).toContain(`fix: talk to the approvers: remit approvals show ${grantId} `);
    expect(denied.stderr).toContain(`grant: ${grantId}`);
    broker.decision = 'approved';
    const anew = await runCli(['request', ...TASK, '--wait', '--resume'], env);
    expect(anew.stderr).toContain('no request of this task is kept');
    expect(anew.code).toBe(0);
    expect(broker.count('request')).toBe(2);
  });
});
