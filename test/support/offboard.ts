// An agent of its own over real tables, retired, with everything that its proof needs and a clock that is moved by hand.

import { generateKeyPairSync, sign } from 'node:crypto';
import { createProofBook } from '../../src/adapters/aws/proofs-table.ts';
import { type Started, startTask } from '../../src/core/exchange.ts';
import { standDown } from '../../src/core/kill/kill.ts';
import type { Catalog } from '../../src/core/model.ts';
import type { OffboardDeps, Probe, ProofKey } from '../../src/core/offboard/ports.ts';
import { proveOffboarding } from '../../src/core/offboard/prove.ts';
import { type ExchangeUnderTest, startExchange } from './exchange.ts';
import { ORDER, ordersOver } from './orders.ts';
import { askFor } from './requests.ts';
import { TABLES, type Tables } from './tables.ts';

/** A key in memory. */
export function proofKey(): ProofKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    sign: async (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'der' }),
    publicKey: async () => publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

export interface OffboardingUnderTest {
  readonly exchange: ExchangeUnderTest;
  readonly orders: ReturnType<typeof ordersOver>;
  readonly started: Started;
  readonly agent: string;
  readonly deps: OffboardDeps;
  retire(): ReturnType<typeof standDown>;
  /** Asks how far it is. */
  ask(changes?: Partial<OffboardDeps>): ReturnType<typeof proveOffboarding>;
}

/** Starts an exchange with an agent of its own that holds a lease. */
export async function startOffboarding(
  tables: Tables,
  { leaseSeconds = 60, probe }: { readonly leaseSeconds?: number; readonly probe?: Probe } = {},
): Promise<OffboardingUnderTest> {
  const mark = Math.random().toString(36).slice(2, 8);
  const change = (catalog: Catalog): Catalog => ({
    ...catalog,
    agents: catalog.agents.map((each) => ({ ...each, id: `${each.id}-${mark}` })),
    tasks: catalog.tasks.map((task) => ({ ...task, leaseSeconds })),
  });
  const exchange = await startExchange(tables, { change });
  const orders = ordersOver(tables, exchange);
  const started = await startTask(exchange.deps, await askFor(exchange), exchange.context);
  const { agent } = started.grant;
  const deps: OffboardDeps = {
    agents: orders.agents,
    registry: exchange.deps.registry,
    grants: exchange.deps.grants,
    lists: orders.lists,
    proofs: createProofBook({ client: tables.client, table: TABLES.registry }),
    key: proofKey(),
    catalog: exchange.catalog,
    clock: exchange.deps.clock,
    account: exchange.deps.place.account,
    deployment: 'test',
    ...(probe && { probe }),
  };
  const moment = () => ({ at: exchange.deps.clock(), requestId: `retire-${mark}` });
  return {
    exchange,
    orders,
    started,
    agent,
    deps,
    retire: () => standDown(orders, { id: agent, act: 'retire', order: ORDER }, moment()),
    ask: (changes) => proveOffboarding({ ...deps, ...changes }, agent, 'ask'),
  };
}
