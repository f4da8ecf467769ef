// The grant of an Idempotency-Key is named by workload and key. Its row goes by its time to live, the key is asked with
// again, and a row begins under the old name: all its events have numbers that the trail has told.

import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyTrail } from '../../src/core/audit/verify.ts';
import { renewLease, startTask } from '../../src/core/exchange.ts';
import type { GrantStore } from '../../src/core/ports.ts';
import { RETENTION_DAYS } from '../../src/core/record/lifetime.ts';
import { completeGrant } from '../../src/core/revoke/complete.ts';
import { startExchange } from '../support/exchange.ts';
import { askFor, nextLease } from '../support/requests.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';
import { memoryReader, memoryTrail } from '../support/trail.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const DAY_SECONDS = 86_400;

/** An exchange each of whose writes of a grant is brought to a trail, by its clock. */
async function startTold() {
  const exchange = await startExchange(tables, {
    change: ({ agents, ...catalog }) => ({
      ...catalog,
      agents: agents.map((agent) => ({ ...agent, reviewBy: '2099-01-01' })),
    }),
  });
  const trail = memoryTrail();
  const bring = async (grantId: string) => {
    const command = new GetCommand({ TableName: TABLES.grants, Key: { grantId }, ConsistentRead: true });
    const { event, eventNumber } = (await tables.client.send(command)).Item ?? {};
    const image = { event, eventNumber };
    trail.now = exchange.deps.clock();
    await trail.sequence([{ source: 'grants', key: grantId, image, raw: JSON.stringify(image) }]);
  };
  const { grants } = exchange.deps;
  const told: GrantStore = {
    ...grants,
    async reserve(grant, event) {
      const done = await grants.reserve(grant, event);
      await bring(grant.grantId);
      return done;
    },
    async beginLease(intent, event) {
      const done = await grants.beginLease(intent, event);
      await bring(intent.grantId);
      return done;
    },
    async confirmLease(record, event) {
      const done = await grants.confirmLease(record, event);
      await bring(record.grantId);
      return done;
    },
    async end(end, event) {
      const done = await grants.end(end, event);
      await bring(end.grantId);
      return done;
    },
  };
  return { exchange, trail, deps: { ...exchange.deps, grants: told } };
}

/** Somebody has reviewed the agent meanwhile, else it would get nothing. */
async function review(agent: string, at: Date): Promise<void> {
  await tables.client.send(
    new UpdateCommand({
      TableName: TABLES.registry,
      Key: { pk: `AGENT#${agent}` },
      UpdateExpression: 'SET reviewBy = :today',
      ExpressionAttributeValues: { ':today': at.toISOString().slice(0, 10) },
    }),
  );
}

test('[AUDIT-56] a grant under the name of one whose row is gone is told, each of its events', async () => {
  const { exchange, trail, deps } = await startTold();
  const { context } = exchange;
  const start = async () => startTask(deps, await askFor(exchange, { idempotencyKey: 'month-end' }), context);
  const renew = async (started: Awaited<ReturnType<typeof start>>) => {
    exchange.pass(40);
    await renewLease(deps, await nextLease(exchange, started), context);
  };
  const first = await start();
  for (let lease = 0; lease < 4; lease += 1) await renew(first);
  const { grantId } = first.grant;
  const shown = { assertion: await exchange.assertion() };
  await completeGrant(deps, { shown, named: { grantId, handle: first.handle } }, context);
  const before = trail.records().length;

  await tables.client.send(new DeleteCommand({ TableName: TABLES.grants, Key: { grantId } }));
  exchange.pass((RETENTION_DAYS + 2) * DAY_SECONDS);
  await review(first.grant.agent, exchange.deps.clock());
  const again = await start();
  expect(again.grant.grantId).toBe(grantId);
  await renew(again);

  const told = trail
    .records()
    .slice(before)
    .map(({ event }) => event.type);
  expect(told).toEqual([
    'remit.audit.conflict',
    'remit.grant.reserved',
    'remit.lease.issued',
    'remit.lease.begun',
    'remit.lease.issued',
  ]);
  const ids = trail.records().map(({ event }) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
  await trail.checkpoint();
  const { publicKey } = trail;
  expect(await verifyTrail(memoryReader(trail.objects), { publicKey })).toMatchObject({ ok: true });
});
