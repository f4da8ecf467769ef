// The whole story of one agent: what is told, in which order, and who did it.

import { expect, test } from 'vitest';
import { agentStory, type StoryEntry } from '../../../src/core/audit/agent-story.ts';
import { batchKey } from '../../../src/core/audit/plan.ts';
import { type TrailRecord, writeRecord } from '../../../src/core/audit/record.ts';
import { readCursor, type TrailCursor, writeCursor } from '../../../src/core/audit/search-trail.ts';
import { memoryReader } from '../../support/trail.ts';

const ZERO = `sha256:${'0'.repeat(64)}`;
const DORA = { actorIssuer: 'https://login.acme.dev', actorSubject: 'dora' };
const never = () => false;
type Data = Readonly<Record<string, string | number | boolean>>;

const EVENTS: readonly (readonly [string, Data])[] = [
  ['agent.registered', { agent: 'a', status: 'proposed', reason: 'a trial', ...DORA }],
  ['agent.activated', { agent: 'a', status: 'active', reason: 'a trial', ...DORA }],
  ['agent.registered', { agent: 'b', status: 'proposed', reason: 'another', ...DORA }],
  ['grant.reserved', { agent: 'a', task: 'export', grantId: 'G1', issuer: 'https://ci', subject: 'job' }],
  ['lease.issued', { agent: 'a', task: 'export', grantId: 'G1', leaseCount: 1 }],
  [
    'token.refused',
    {
      agent: 'a',
      code: 'task_not_allowed',
      task: 'refund',
      actorIssuer: 'https://ci',
      actorSubject: 'job',
      count: 4,
    },
  ],
  [
    'approval.recorded',
    {
      agent: 'a',
      task: 'refund',
      grantId: 'G2',
      decision: 'approve',
      outcome: 'approved',
      approverIssuer: 'https://login.acme.dev',
      approverSubject: 'ben',
      evidenceId: 'E1',
    },
  ],
  ['grant.ended', { agent: 'a', task: 'export', grantId: 'G1', status: 'completed', reason: 'done' }],
  ['act.refused', { code: 'role_missing', order: 'agent.resume', target: 'a', ...DORA }],
  ['act.refused', { code: 'role_missing', order: 'task.kill', target: 'a', ...DORA }],
  ['kill.ordered', { scope: 'agent', agent: 'a', reason: 'incident 42', ...DORA }],
  ['agent.transferred', { agent: 'a', fromSubject: 'ada', toSubject: 'grace', reason: 'left', ...DORA }],
  ['agent.proven', { agent: 'a', actor: 'offboarding', proof: ZERO }],
  ['agent.renamed', { agent: 'a', actor: 'tomorrow' }],
];

/** An event every nine hours, in turn in all shards: several days, some shards without one on a day. */
const RECORDS = EVENTS.map(([type, data], index): TrailRecord => {
  const at = new Date(Date.parse('2026-11-02T00:00:00Z') + index * 9 * 3_600_000).toISOString();
  return {
    shard: index % 4,
    seq: Math.floor(index / 4) + 1,
    at,
    prevHash: ZERO,
    hash: ZERO,
    event: {
      specversion: '1.0',
      id: `registry/${index}/1`,
      source: 'urn:remit:test',
      type: `remit.${type}`,
      subject: 'row',
      time: at,
      datacontenttype: 'application/json',
      dataschema: 'urn:remit:schema:audit-event:1',
      data: { requestId: 'r', ...data },
    },
  };
});
const reader = memoryReader(
  new Map(RECORDS.map((each) => [batchKey({ ...each, at: new Date(each.at) }), `${writeRecord(each)}\n`])),
);
const to = new Date('2026-11-24T12:00:00Z');

async function tell(administrative = false, limit = 3): Promise<StoryEntry[]> {
  const told: StoryEntry[] = [];
  let next: TrailCursor | undefined;
  do {
    const page = await agentStory(
      reader,
      { agent: 'a', administrative, to, limit, ...(next && { next }) },
      never,
    );
    told.push(...page.entries);
    next = page.next && readCursor(writeCursor(page.next));
  } while (next !== undefined);
  return told;
}

test('[HISTORY-1] everything about the agent is told once, the newest first, whatever the pages', async () => {
  const expected = RECORDS.filter((_, index) => ![2, 9].includes(index))
    .map(({ shard, seq }) => ({ shard, seq }))
    .reverse();
  for (const limit of [1, 3, 100])
    expect((await tell(false, limit)).map(({ record }) => record)).toEqual(expected);
});

test('[HISTORY-1] a trail without a record has no story, and one that takes too long goes on', async () => {
  const query = { agent: 'a', administrative: false, to, limit: 10 };
  expect(await agentStory(memoryReader(new Map()), query, never)).toEqual({ entries: [] });
  const cut = await agentStory(reader, query, () => true);
  expect(cut.entries).toEqual([]);
  expect(cut.next).toBeDefined();
});

test('[HISTORY-2] an entry says when, who, what and why, and what to look at', async () => {
  const told = new Map((await tell()).map((each) => [each.type, each]));
  expect(told.get('agent.transferred')).toEqual({
    at: RECORDS[11]?.at,
    type: 'agent.transferred',
    what: 'Given from ada to grace.',
    by: { kind: 'person', issuer: 'https://login.acme.dev', subject: 'dora' },
    why: 'left',
    administrative: true,
    record: { shard: 3, seq: 3 },
  });
  expect(told.get('approval.recorded')).toMatchObject({
    what: 'Its request for refund: approve; now approved.',
    by: { kind: 'person', subject: 'ben' },
    grantId: 'G2',
    evidenceId: 'E1',
  });
  expect(told.get('grant.reserved')).toMatchObject({ by: { kind: 'agent', id: 'a' }, task: 'export' });
  expect(told.get('grant.ended')).toMatchObject({ by: { kind: 'agent', id: 'a' }, why: 'done' });
  expect(told.get('token.refused')).toMatchObject({
    what: 'Refused token of refund: task_not_allowed, 4 times in a minute.',
    by: { kind: 'agent', id: 'a' },
  });
  expect(told.get('act.refused')).toMatchObject({ what: 'Refused agent.resume: role_missing.' });
  expect(told.get('kill.ordered')).toMatchObject({ what: 'Kill ordered of agent a.', why: 'incident 42' });
  expect(told.get('agent.proven')).toMatchObject({ by: { kind: 'part', id: 'offboarding' } });
});

test('[HISTORY-2] an event of a kind that is not known is told by its name, and a name of ours is no property', async () => {
  expect((await tell())[0]).toMatchObject({ what: 'agent.renamed.' });
});

test('[HISTORY-3] what people did to it is told alone', async () => {
  const told = await tell(true);
  expect(told.map(({ type }) => type)).toEqual([
    'agent.renamed',
    'agent.proven',
    'agent.transferred',
    'kill.ordered',
    'act.refused',
    'agent.activated',
    'agent.registered',
  ]);
  expect(told.every(({ administrative }) => administrative)).toBe(true);
  expect((await tell()).filter(({ administrative }) => administrative)).toEqual(told);
});
