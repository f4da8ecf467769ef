// What EventBridge gets of the trail, over its real protocol, from an endpoint that does not take everything at once.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { counted } from '../../../src/adapters/aws/audit-over.ts';
import type { Measure } from '../../../src/adapters/aws/telemetry.ts';
import { createTrailPublisher } from '../../../src/adapters/aws/trail-events.ts';
import { genesis, headOf, link } from '../../../src/core/audit/chain.ts';
import { readRow } from '../../../src/core/audit/from-row.ts';
import type { TrailRecord } from '../../../src/core/audit/record.ts';
import { change, TRAIL } from '../../support/trail.ts';

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName: string;
}

let server: Server;
let client: EventBridgeClient;
let requests: Entry[][];
/** Whether an entry is taken, by request and place. */
let takes: (request: number, entry: number) => boolean;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { Entries } = JSON.parse(Buffer.concat(chunks).toString()) as { Entries: Entry[] };
      requests.push(Entries);
      const answers = Entries.map((_, index) =>
        takes(requests.length, index) ? { EventId: `${index}` } : { ErrorCode: 'ThrottlingException' },
      );
      const FailedEntryCount = answers.filter((each) => 'ErrorCode' in each).length;
      response.end(JSON.stringify({ FailedEntryCount, Entries: answers }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new EventBridgeClient({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials });
});
afterAll(() => {
  client.destroy();
  server.close();
});
beforeEach(() => {
  requests = [];
  takes = () => true;
});

const publisher = () => createTrailPublisher({ client, bus: 'default' });

function records(count: number, facts: Record<string, string> = {}): TrailRecord[] {
  const found: TrailRecord[] = [];
  let head = genesis(TRAIL, 0);
  for (let index = 1; index <= count; index += 1) {
    const plain = change('row', index).image['event'] as object;
    const { entry } = readRow(TRAIL, change('row', index, { event: { ...plain, facts } }));
    if (entry === undefined) throw new Error('no event');
    const record = link(head, entry.event, new Date('2026-11-24T12:00:00Z'));
    head = headOf(record);
    found.push(record);
  }
  return found;
}

test('[AUDIT-37] every record is told in its order, ten at a time, as itself', async () => {
  const all = records(23);
  await publisher().publish(all);
  expect(requests.map((entries) => entries.length)).toEqual([10, 10, 3]);
  expect(requests.flat().map(({ Detail }) => JSON.parse(Detail) as unknown)).toEqual(all);
  expect(requests[0]?.[0]).toMatchObject({
    Source: 'remit.audit',
    DetailType: 'remit.grant.reserved',
    EventBusName: 'default',
  });
  await publisher().publish([]);
  expect(requests).toHaveLength(3);
});

test('[AUDIT-37] long records go in requests that EventBridge takes', async () => {
  await publisher().publish(records(40, { reason: 'x'.repeat(15_000) }));
  const bytes = requests.map((entries) => entries.reduce((sum, each) => sum + each.Detail.length, 0));
  expect(Math.max(...bytes)).toBeLessThan(256 * 1024);
  expect(requests.flat()).toHaveLength(40);
});

test('[AUDIT-37] what was not taken is brought again, and after some rounds the whole batch is', async () => {
  takes = (request, entry) => request > 1 || entry % 2 === 0;
  await publisher().publish(records(5));
  expect(requests.map((entries) => entries.length)).toEqual([5, 2]);
  takes = () => false;
  await expect(publisher().publish(records(3))).rejects.toThrow('did not take 3 records');
});

test('[AUDIT-38] gaps, conflicts and what nobody can read are counted where they are published', async () => {
  const measured: Measure[] = [];
  const telemetry = {
    line: () => undefined,
    measure: (more: readonly Measure[]) => void measured.push(...more),
  };
  const [record] = records(1) as [TrailRecord];
  const typed = (type: string) => ({ ...record, event: { ...record.event, type } });
  const told = ['gap', 'conflict', 'unreadable'].map((what) => typed(`remit.audit.${what}`));
  await counted(publisher(), telemetry).publish([record, ...told]);
  expect(measured.map(({ metric, value }) => [metric, value])).toEqual([
    ['auditRecords', 4],
    ['auditGaps', 1],
    ['auditConflicts', 1],
    ['auditUnreadable', 1],
  ]);
  takes = () => false;
  await expect(counted(publisher(), telemetry).publish(told)).rejects.toThrow();
  expect(measured).toHaveLength(4);
});
