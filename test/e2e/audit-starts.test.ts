// `remit dev` started, started twice at once, and started again: one trail a place, which goes on.

import { expect, test } from 'vitest';
import { freshHome, type Running, runCli, startCli } from '../cli/run-cli.ts';

const env = { HOME: freshHome(), REMIT_PORT: '0', REMIT_AWS_PORT: '0' };

async function start(...args: string[]): Promise<{ running: Running; broker: string; trail: string }> {
  const running = startCli(['dev', ...args], env);
  const [, broker = ''] = await running.saw(/remit ready broker=(\S+)/);
  const viewer = (await (await fetch(`${broker}/dev/viewer`)).json()) as { trail: string };
  return { running, broker, trail: viewer.trail };
}

async function stop({ running }: { running: Running }): Promise<void> {
  running.child.kill('SIGTERM');
  expect((await running.done).code).toBe(0);
}

const verify = async (...args: string[]) => {
  const { code, stdout } = await runCli(['audit', 'verify', '--json', ...args], {
    ...env,
    REMIT_BROKER: 'http://localhost:9',
  });
  return { code, ...(JSON.parse(stdout) as { place: string; checkpoints: number; records: number }) };
};

test('[AUDIT-18] two at once have a trail each; the next start goes on with the first; each verifies without a broker', async () => {
  const [one, two] = [await start(), await start()];
  expect(one.trail).not.toBe(two.trail);
  await fetch(new URL('/api/me', one.broker));
  for (const each of [one, two]) await stop(each);
  const before = await verify();
  expect(before).toMatchObject({ code: 0, ok: true });
  expect(before.place).toBe(one.trail);
  const again = await start();
  expect(again.trail).toBe(before.place);
  await fetch(new URL('/api/me', again.broker));
  await stop(again);
  const after = await verify();
  expect(after).toMatchObject({ code: 0, place: before.place, ok: true });
  expect(after.records).toBeGreaterThan(before.records);
  expect(after.checkpoints).toBeGreaterThan(before.checkpoints);
}, 120_000);

test('[AUDIT-18] a directory that is named is one of one local mode at a time', async () => {
  const directory = `${freshHome()}/trail`;
  const first = await start('--trail', directory);
  expect(first.trail).toBe(directory);
  const second = await runCli(['dev', '--trail', directory], env);
  expect([second.code, second.stderr]).toEqual([
    1,
    expect.stringContaining(`Another local mode keeps the audit trail in ${directory}`),
  ]);
  await stop(first);
}, 120_000);
