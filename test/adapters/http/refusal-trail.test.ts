// Refusals on their way into the trail: bounded, visible, and never in the way of the answer.

import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditOutbox } from '../../../src/adapters/aws/audit-outbox.ts';
import type { Facts, Measure } from '../../../src/adapters/aws/telemetry.ts';
import { type Action, endpoint, type HttpRequest } from '../../../src/adapters/http/endpoint.ts';
import { createRefusalTrail, type RefusalTrail } from '../../../src/adapters/http/refusal-trail.ts';
import type { RowImage } from '../../../src/core/audit/from-row.ts';
import type { Outbox } from '../../../src/core/audit/ports.ts';
import { Refusal, type RefusalCode } from '../../../src/core/refusal.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';
import { memoryTrail } from '../../support/trail.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const event = (path = '/oauth2/token') =>
  ({
    rawPath: path,
    headers: {},
    requestContext: { http: { method: 'POST' } },
  }) as unknown as APIGatewayProxyEventV2;

function serve(refusals: RefusalTrail, choose: (request: HttpRequest) => Action) {
  const lines: Facts[] = [];
  const measures: Measure[] = [];
  const telemetry = {
    line: (facts: Facts) => void lines.push(facts),
    measure: (each: readonly Measure[]) => void measures.push(...each),
  };
  return { lines, measures, handler: endpoint(telemetry, choose, { refusals }) };
}

const refusing =
  (code: RefusalCode, facts: Facts = {}) =>
  (): Action => ({
    operation: 'token',
    role: 'subject_token',
    run: async ({ log }) => {
      log.note(facts);
      throw new Refusal(code);
    },
  });

test('[AUDIT-8] a flood makes one row a kind and minute and few records, and every code stays to be seen', async () => {
  const trail = memoryTrail();
  const rows: RowImage[] = [];
  const table = createAuditOutbox({ client: tables.client, table: TABLES.outbox });
  const outbox: Outbox = {
    ...table,
    async count(bucket, told) {
      await table.count(bucket, told);
      const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: TABLES.outbox }));
      for (const { pk, ...image } of Items)
        if (String(pk).endsWith(bucket)) rows.push({ source: 'outbox', key: String(pk), image, raw: '' });
    },
  };
  const now = new Date('2026-11-24T12:00:30Z');
  const refusals = createRefusalTrail({ outbox, clock: () => now });
  const codes = ['assertion_rejected', 'agent_unknown', 'policy_denied'] as const;
  for (let index = 0; index < 400; index += 1)
    for (const code of codes) {
      // each of them another caller, by everything that a caller may choose
      const facts = code === 'assertion_rejected' ? {} : { issuer: 'https://ci', subject: `repo:x/${index}` };
      await serve(refusals, refusing(code, { ...facts, task: `t-${index}` })).handler(event(`/x/${index}`));
    }
  await serve(refusals, refusing('stopped', { issuer: 'https://ci', subject: 'a', agent: 'a' })).handler(
    event(),
  );
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: TABLES.outbox }));
  expect(Items).toHaveLength(4);
  await trail.sequence(rows);
  const counts = trail.records().map(({ event: { data } }) => [data['code'], data['count']]);
  // 1 to 5, then 8, 16, … 256: a process tells no more of one kind in a minute
  for (const code of codes)
    expect(counts.filter(([told]) => told === code).map(([, count]) => count)).toEqual([
      1, 2, 3, 4, 5, 8, 16, 32, 64, 128, 256,
    ]);
  expect(counts.filter(([told]) => told === 'stopped')).toEqual([['stopped', 1]]);
  expect(trail.records().every(({ event: { type } }) => type === 'remit.token.refused')).toBe(true);
});

test.each([
  ['fails', () => Promise.reject(new Error('a secret in a message'))],
  ['hangs', () => new Promise<void>(() => undefined)],
])('[AUDIT-23] an outbox that %s changes no answer, and is seen in log and metric', async (_, count) => {
  const outbox = { write: async () => undefined, count };
  const refusals = createRefusalTrail({ outbox, clock: () => new Date() });
  const told = serve(refusals, refusing('policy_denied'));
  const without = serve({ record: async () => undefined }, refusing('policy_denied'));
  const [answer, plain] = [await told.handler(event()), await without.handler(event())];
  const unlike = (text: string | undefined) => text?.replace(/"request_id":"[^"]+"/, '');
  expect([answer.statusCode, unlike(answer.body)]).toEqual([plain.statusCode, unlike(plain.body)]);
  expect(told.measures).toContainEqual({ metric: 'untoldRefusals', value: 1 });
  expect(without.measures).not.toContainEqual({ metric: 'untoldRefusals', value: 1 });
  expect(told.lines[0]).toMatchObject({ code: 'policy_denied', untold: expect.any(String) });
  expect(JSON.stringify(told.lines)).not.toContain('secret');
});

test('what is answered, an agent that waits, and tables out of reach are not told', async () => {
  const counted: string[] = [];
  const outbox = { write: async () => undefined, count: async (bucket: string) => void counted.push(bucket) };
  const refusals = createRefusalTrail({ outbox, clock: () => new Date() });
  await serve(refusals, () => ({
    operation: 'token',
    role: 'client',
    run: async () => ({ status: 200, body: {} }),
  })).handler(event());
  for (const code of ['grant_pending', 'store_unavailable'] as const)
    await serve(refusals, refusing(code)).handler(event());
  expect(counted).toEqual([]);
  await serve(refusals, () => {
    throw new Refusal('route_unknown');
  }).handler(event('/nowhere'));
  expect(counted).toEqual(['request#route_unknown#unverified']);
});
