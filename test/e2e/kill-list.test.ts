// A long lease is killed: the plane's IAM then denies its holder everything, and leaves its sibling alone, unless there
// are more killed leases than fit into the list.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Granted } from '../../src/client/lease.ts';
import { KILL_LIST_POLICY } from '../../src/core/kill/kill-list.ts';
import { askForInvoices } from '../support/invoices.ts';
import type { Local } from '../support/local.ts';
import { SIBLING, startWithLongLeases, tryToRead } from '../support/long-lease.ts';

let local: Local;
beforeAll(async () => {
  local = await startWithLongLeases();
});
afterAll(() => local.close());

const ask = () => askForInvoices(local);

/** What an operator is answered who kills this. */
async function kill(scope: object): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL('/dev/admin', local.brokerUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: 'kill', scope, reason: 'odd' }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

const killList = () => {
  const role = local.roles().find(({ name }) => name.endsWith('-task-export-invoices'));
  return JSON.stringify(role?.policies.get(KILL_LIST_POLICY));
};

test('[KILL-8] the killed lease gets AccessDenied at once in the local plane, and its sibling goes on', async () => {
  const [killed, sibling] = [await ask(), await ask()];
  const before = await tryToRead(local, killed);
  expect(before).not.toBe('AccessDenied');
  const told = await kill({ kind: 'grant', id: killed.grant.grantId });
  expect(told).toMatchObject({ ended: 1, killLists: [expect.stringContaining('export')] });
  expect(killList()).toContain(killed.grant.grantId);
  expect(await tryToRead(local, killed)).toBe('AccessDenied');
  expect(await tryToRead(local, sibling)).toBe(before);
});

/** More than one policy can name, a few at a time. */
const TOO_MANY = 116;
const AT_ONCE = 4;
const SLOW_MS = 240_000;

test(
  '[KILL-6] more killed leases than fit are all denied, and so is their sibling until it renews',
  async () => {
    const sibling = await askForInvoices(local, SIBLING);
    const before = await tryToRead(local, sibling);
    expect(before).not.toBe('AccessDenied');
    const killed: Granted[] = [];
    while (killed.length < TOO_MANY)
      killed.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => ask()))));
    const told = await kill({ kind: 'agent', id: 'billing-agent' });
    expect(told).toMatchObject({
      wide: true,
      says: expect.arrayContaining([expect.stringContaining('full')]),
    });
    expect(killList()).toContain('aws:TokenIssueTime');
    for (const each of [killed[0], killed.at(-1)])
      expect(each && (await tryToRead(local, each))).toBe('AccessDenied');
    expect(await tryToRead(local, sibling)).toBe('AccessDenied');
    local.clock.forward(400);
    const lease = await sibling.client.renew(sibling.grant);
    expect(await tryToRead(local, { ...sibling, lease })).toBe(before);
    expect(await tryToRead(local, sibling)).toBe('AccessDenied');
  },
  SLOW_MS,
);
