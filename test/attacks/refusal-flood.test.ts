// A flood of refusals: whatever callers vary, they fill neither the outbox nor the trail, and hide nobody else's refusal.

import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuditOutbox } from '../../src/adapters/aws/audit-outbox.ts';
import { createRefusalTrail } from '../../src/adapters/http/refusal-trail.ts';
import type { RowImage } from '../../src/core/audit/from-row.ts';
import type { Outbox } from '../../src/core/audit/ports.ts';
import { httpEvent, refusing, serve } from '../support/refusing.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';
import { memoryTrail } from '../support/trail.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

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
      await serve(refusals, refusing(code, { ...facts, task: `t-${index}` })).handler(
        httpEvent(`/x/${index}`),
      );
    }
  await serve(refusals, refusing('stopped', { issuer: 'https://ci', subject: 'a', agent: 'a' })).handler(
    httpEvent(),
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
