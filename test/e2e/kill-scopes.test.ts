// Stopping an agent, a task, an issuer and everything in local mode, by the command line and by people with passkeys: who
// holds a lease is denied by the plane, nobody gets another one, and once it is lifted all goes on.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { askForInvoices } from '../support/invoices.ts';
import type { Local } from '../support/local.ts';
import { peopleOf } from '../support/local-people.ts';
import { startWithLongLeases, tryToRead } from '../support/long-lease.ts';

/** Each stop waits for what was under way: 11 s of real time. */
const SLOW_MS = 180_000;
const REASON = 'incident 42';

let local: Local;
beforeAll(async () => {
  local = await startWithLongLeases();
});
afterAll(() => local.close());

const ask = () => askForInvoices(local);
const issuer = () => local.catalog.issuers.find(({ name }) => name === 'demo')?.issuer ?? '';

async function remit(...args: readonly string[]): Promise<string> {
  const done = await runCli([...args, '--reason', REASON], { REMIT_BROKER: local.brokerUrl });
  // nothing but why it waits
  expect(done.stderr).toMatch(/^(remit: [^\n]+ are waited out, some 11 s\n)?$/);
  expect(done.code).toBe(0);
  return done.stdout;
}

/** A lease is taken; what stops it stops it at the plane and at the broker, and what lifts that gives new ones. */
async function holds(code: string, stop: () => Promise<void>, lift: () => Promise<void>): Promise<void> {
  const given = await ask();
  const before = await tryToRead(local, given);
  expect(before).not.toBe('AccessDenied');
  await stop();
  expect(await tryToRead(local, given)).toBe('AccessDenied');
  await expect(ask()).rejects.toMatchObject({ code });
  await expect(given.client.renew(given.grant)).rejects.toMatchObject({ code });
  await lift();
  expect(await tryToRead(local, await ask())).toBe(before);
  expect(await tryToRead(local, given)).toBe('AccessDenied');
  await expect(given.client.renew(given.grant)).rejects.toMatchObject({ code: 'grant_ended' });
}

test.each([
  ['task export-invoices', ['task', 'export-invoices']],
  ['issuer demo', ['issuer', 'demo']],
  ['everything', ['everything']],
] as const)(
  '[KILL-1] [KILL-2] [KILL-3] [KILL-8] remit kill %s stops it at the plane until remit kill lift',
  async (named, scope) => {
    const shown = scope[0] === 'issuer' ? `issuer ${issuer()}` : named;
    await holds(
      'stopped',
      async () => {
        const told = await remit('kill', ...scope);
        expect(told).toMatch(/^ {2}[1-9]\d* grants? ended; nothing new is given\.$/m);
        expect(told.split('\n')[0]).toBe(`stopped ${shown}`);
        const { stdout } = await runCli(['kill', 'list'], { REMIT_BROKER: local.brokerUrl });
        expect(stdout).toMatch(/^STOPPED +SINCE +BY +REASON\n/);
        expect(stdout.split('\n')[1]).toContain(shown);
      },
      async () => {
        expect(await remit('kill', 'lift', ...scope)).toBe(`lifted ${named}; what it ended stays ended\n`);
      },
    );
  },
  SLOW_MS,
);

test(
  '[KILL-1] [KILL-8] [LIFE-12] remit kill agent stops it at the plane until remit agents resume',
  () =>
    holds(
      'agent_inactive',
      async () => {
        const told = await remit('kill', 'agent', 'billing-agent');
        expect(told).toMatch(/^stopped agent billing-agent\n {2}[1-9]\d* grants? ended/);
      },
      async () => void (await remit('agents', 'resume', 'billing-agent')),
    ),
  SLOW_MS,
);

test(
  '[KILL-1] [KILL-3] [KILL-25] [PAPI-16] people stop an issuer and restore it; the command line is told who did',
  async () => {
    const people = peopleOf(local);
    const dora = await people.administrator();
    const olga = await people.enrol('olga');
    const act = async (name: string) => {
      const asked = { act: name, target: issuer(), reason: REASON };
      expect((await people.actSigned(olga, asked)).body['code']).toBe('role_missing');
      return (await people.actSigned(dora, asked)).body;
    };
    await holds(
      'stopped',
      async () => {
        const killed = await act('issuer.kill');
        expect(killed).toMatchObject({
          done: true,
          result: { scope: { kind: 'issuer', id: issuer() } },
        });
        const again = await remit('kill', 'issuer', 'demo');
        expect(again).toMatch(/^ {2}It was stopped already, by Dora \(identity\) since .*: incident 42$/m);
      },
      async () => {
        expect(await act('issuer.restore')).toMatchObject({
          done: true,
          result: { lifted: { kind: 'issuer', id: issuer() } },
        });
      },
    );
  },
  SLOW_MS,
);
