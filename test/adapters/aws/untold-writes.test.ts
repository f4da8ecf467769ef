// Every store that writes rows of the trail's tables, through its contract, under eyes that see each row before and after:
// what no event tells is what the trail calls untold, and an alarm. Honest functions write none of it.

import { afterAll, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { createKillBook, createSwitches } from '../../../src/adapters/aws/kill-tables.ts';
import { renewLease } from '../../../src/core/exchange.ts';
import type { KillRecord } from '../../../src/core/kill/ports.ts';
import { decisionStoreContract } from '../../contracts/decision-store.ts';
import { grantStoreContract } from '../../contracts/grant-store.ts';
import { peopleStoreContract } from '../../contracts/people-store.ts';
import { registryContract } from '../../contracts/registry.ts';
import { startApprovals } from '../../support/approvals.ts';
import { NOW, sampleEvent } from '../../support/grant.ts';
import { decisionStoreOn, grantStoreOn, peopleStoreOn, registryOn } from '../../support/stores.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';
import { type WatchedClient, watchedClient } from '../../support/watched-client.ts';

const watched: WatchedClient[] = [];

async function startWatched(): Promise<Tables> {
  const tables = await startTables();
  const under = watchedClient(tables.client);
  watched.push(under);
  return { ...tables, client: under.client };
}

grantStoreContract('watched', async () => grantStoreOn(await startWatched()));
decisionStoreContract('watched', async () => decisionStoreOn(await startWatched()));
registryContract('watched', async () => registryOn(await startWatched()));
peopleStoreContract('watched', async () => peopleStoreOn(await startWatched()));

test('[AUDIT-58] a request that people decide, from the question to a renewal', async () => {
  const tables = await startWatched();
  const approvals = await startApprovals(tables);
  const { exchange } = approvals;
  const request = await approvals.ask('close-account');
  await approvals.decide(request);
  await renewLease(exchange.deps, await approvals.poll(request), exchange.context);
  exchange.pass(40);
  await renewLease(exchange.deps, await approvals.poll(request, { byPoll: false }), exchange.context);
  await tables.close();
});

test('[AUDIT-58] a kill and a switch, with all that is kept of them', async () => {
  const tables = await startWatched();
  const options = { client: tables.client, table: TABLES.registry };
  const change = {
    what: 'kill',
    at: NOW,
    by: { issuer: 'https://login.acme.dev', subject: 'op' },
    reason: 'a trial',
  };
  const scope = { kind: 'task', id: 'export-invoices' } as const;
  const kill: KillRecord = { killId: 'K1', scope, change, ended: 0, deadBy: NOW, shortBy: NOW, roles: [] };
  const [kills, switches] = [createKillBook(options), createSwitches(options)];
  await switches.turnOn({ scope, change }, sampleEvent());
  await kills.order(kill, sampleEvent());
  await kills.progress({
    ...kill,
    flippedAt: NOW,
    ended: 3,
    leases: 2,
    counted: true,
    takenUp: true,
    listedAt: NOW,
  });
  await kills.settle({ ...kill, settledAt: NOW, secondsToDead: 3 }, sampleEvent());
  await switches.turnOff({ scope, change, orders: 1 }, change, sampleEvent());
  await tables.close();
});

test('[AUDIT-58] an agent that is registered and changed', async () => {
  const tables = await startWatched();
  const book = createAgentBook({ client: tables.client, table: TABLES.registry });
  const [known] = (await startApprovals(tables)).exchange.catalog.agents;
  if (known === undefined) throw new Error('no agent');
  const agent = { ...known, id: 'fresh-agent', status: 'proposed', reviewBy: '2027-02-22' } as const;
  await book.create(agent, sampleEvent());
  await book.change({ agent, version: 1 }, { ...agent, status: 'active' }, sampleEvent());
  await tables.close();
});

afterAll(() => {
  expect(watched.flatMap(({ writes }) => writes).length).toBeGreaterThan(100);
  // the contract of the registry suspends and retires by hand, past every function
  expect(watched.flatMap(({ untold }) => untold).sort()).toEqual([
    'registry/AGENT#billing-agent: changed status',
    'registry/AGENT#leaver: changed status',
  ]);
});
