// Whoever may write rows writes one past its events: with the event and its number left as they are, with neither, or by
// deleting the row. The numbers of the row are whole, and nothing would be told.

import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { rowOf, type StreamRecord } from '../../src/adapters/aws/stream-rows.ts';
import type { auditSources } from '../../src/config/tables.ts';
import { auditSources as KEYS } from '../../src/config/tables.ts';
import { verifyTrail } from '../../src/core/audit/verify.ts';
import { memoryReader, memoryTrail } from '../support/trail.ts';

type Row = Readonly<Record<string, unknown>> | undefined;
type Source = keyof typeof auditSources;

let sequenceNumber = 0;

/** A change as a stream with both images brings it. */
function record(
  source: Source,
  key: string,
  [before, after]: readonly [Row, Row],
  more: StreamRecord = {},
): StreamRecord {
  sequenceNumber += 1;
  const Keys = { [KEYS[source]]: { S: key } };
  const image = (row: Row) => row && { ...Keys, ...marshall(row) };
  return {
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    ...more,
    dynamodb: {
      Keys,
      ...(before && { OldImage: image(before) }),
      ...(after && { NewImage: image(after) }),
      SequenceNumber: String(sequenceNumber),
      ApproximateCreationDateTime: Date.parse('2026-11-24T11:59:59Z') / 1000,
    },
  };
}

const agent = (eventNumber: number, more: object = {}) => ({
  status: 'proposed',
  bindings: ['hers'],
  event: {
    type: 'agent.registered',
    at: '2026-11-24T11:59:58.000Z',
    requestId: `request-${eventNumber}`,
    facts: { agent: 'x' },
  },
  eventNumber,
  ...more,
});

async function told(source: Source, records: readonly StreamRecord[]) {
  const trail = memoryTrail();
  const rows = records.flatMap((each) => rowOf(source, each) ?? []);
  const report = await trail.sequence(rows);
  expect(await trail.sequence(rows)).toMatchObject({ recorded: 0 });
  await trail.checkpoint();
  const { publicKey } = trail;
  expect(await verifyTrail(memoryReader(trail.objects), { publicKey })).toMatchObject({ ok: true });
  const untold = trail.records().filter(({ event }) => event.type === 'remit.audit.untold');
  return { report, untold: untold.map(({ event }) => event.data) };
}

const ROW = 'registry/AGENT#x';

test.each<[string, readonly [Row, Row], object]>([
  [
    'changed beside its event',
    [agent(1), agent(1, { status: 'active', bindings: ['mine'], version: 2 })],
    { change: 'changed', number: 1, attributes: 'bindings status version' },
  ],
  [
    'changed without an event at all',
    [agent(2), { status: 'active' }],
    { change: 'changed', number: 2, attributes: 'bindings event eventNumber status' },
  ],
  [
    'taken back to an earlier number',
    [agent(3), agent(1, { status: 'active' })],
    { change: 'changed', number: 3, attributes: 'event eventNumber status' },
  ],
  ['made without an event', [undefined, { status: 'active' }], { change: 'made', number: 0 }],
  ['deleted', [agent(4), undefined], { change: 'removed', number: 4 }],
])('[AUDIT-58] an agent’s row that is %s is told, once', async (_, images, facts) => {
  const { untold } = await told('registry', [record('registry', 'AGENT#x', images)]);
  expect(untold).toEqual([{ row: ROW, ...facts }]);
});

test('[AUDIT-58] a name that was made up says nothing in the trail, and many are not all told', async () => {
  const secrets = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`card 4111-${index + 10}`, 1]),
  );
  const { untold } = await told('registry', [record('registry', 'AGENT#x', [agent(1), agent(1, secrets)])]);
  expect(untold).toEqual([{ row: ROW, change: 'changed', number: 1, attributes: `${'? '.repeat(20)}…` }]);
});

test('[AUDIT-58] a row that is deleted and made again with the event it had is told by its deletion', async () => {
  const { untold } = await told('registry', [
    record('registry', 'AGENT#x', [undefined, agent(1)]),
    record('registry', 'AGENT#x', [agent(1), undefined]),
    record('registry', 'AGENT#x', [undefined, agent(1, { status: 'active' })]),
  ]);
  expect(untold).toEqual([{ row: ROW, change: 'removed', number: 1 }]);
});

const POLLED = { polledAt: 'now', pollSeconds: 5, workflowAt: 'now', taskToken: 't', deadline: 'later' };
const BY_TTL = { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } };

test('[AUDIT-58] polls, workflows and the end of a row’s time are silent by design; its purge brought forward is not', async () => {
  expect(
    (
      await told('grants', [
        record('grants', 'G', [undefined, agent(1)]),
        record('grants', 'G', [agent(1), agent(1, POLLED)]),
        record('grants', 'G', [agent(1, POLLED), undefined], BY_TTL),
        record('registry', 'WORKLOAD#i#s', [{ agent: 'x' }, undefined]),
      ])
    ).untold,
  ).toEqual([]);
  const purged = record('grants', 'G', [agent(1), agent(1, { purgeAt: 1 })]);
  expect((await told('grants', [purged])).untold).toMatchObject([{ attributes: 'purgeAt' }]);
  const byHand = record('grants', 'G', [agent(1), undefined]);
  expect((await told('grants', [byHand])).untold).toMatchObject([{ change: 'removed' }]);
  // no agent has a time to live
  const agentByTtl = record('registry', 'AGENT#x', [agent(1), undefined], BY_TTL);
  expect((await told('registry', [agentByTtl])).untold).toMatchObject([{ change: 'removed' }]);
});

test('[AUDIT-58] the time of the newest proof goes forward silently, and not back', async () => {
  const [early, late] = ['2026-11-24T10:00:00.000Z', '2026-11-24T10:00:01.000Z'].map((proofIssuedAt) =>
    agent(1, { proofIssuedAt }),
  );
  expect((await told('grants', [record('grants', 'G', [early, late])])).untold).toEqual([]);
  for (const taken of [early, agent(1)])
    expect((await told('grants', [record('grants', 'G', [late, taken])])).untold).toMatchObject([
      { change: 'changed', attributes: 'proofIssuedAt' },
    ]);
});

test('[AUDIT-58] a stream of before, which has rows only as they are, tells no change as untold', async () => {
  const { dynamodb } = record('registry', 'AGENT#x', [undefined, agent(1)]);
  expect((await told('registry', [{ eventName: 'MODIFY', ...(dynamodb && { dynamodb }) }])).untold).toEqual(
    [],
  );
});
