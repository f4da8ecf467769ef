// Reminders of reviews under a standing clock, over real tables: each once, whatever breaks off, whoever else runs.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { createReminderBook } from '../../../src/adapters/aws/reminders-table.ts';
import type { AgentStatus } from '../../../src/core/model.ts';
import {
  type RemindDeps,
  type ReviewNotice,
  reminderStage,
  remindOfReviews,
  reviewSentence,
} from '../../../src/core/review/remind.ts';
import { NOW } from '../../support/grant.ts';
import { reviewAsShown } from '../../support/orders.ts';
import { CATALOG, putAgent } from '../../support/questions.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
let deps: RemindDeps;
let told: ReviewNotice[];
let now: Date;
beforeEach(async () => {
  tables = await startTables();
  told = [];
  now = NOW;
  const registry = { client: tables.client, table: TABLES.registry };
  deps = {
    agents: createAgentBook(registry),
    reminders: createReminderBook(registry),
    notifier: {
      tellReview: async (notice) => {
        told.push(notice);
        return { isTold: true, failed: [] };
      },
    },
    clock: () => now,
    consoleOrigin: 'https://broker.acme.dev',
  };
});
afterEach(() => tables.close());

const put = (id: string, reviewBy: string, status: AgentStatus = 'active') =>
  putAgent(tables, id, { reviewBy }, status);
const later = (days: number) => {
  now = new Date(NOW.getTime() + days * 86_400_000);
};
const kinds = () => told.map(({ agent, days }) => `${agent} ${days}`);

test.each([
  ['2026-12-09', undefined],
  ['2026-12-08', { stage: '2026-12-08#due-14', age: 0 }],
  ['2026-11-28', { stage: '2026-11-28#due-14', age: 10 }],
  ['2026-11-27', { stage: '2026-11-27#due-3', age: 0 }],
  ['2026-11-25', { stage: '2026-11-25#due-3', age: 2 }],
  ['2026-11-24', { stage: '2026-11-24#due-0', age: 0 }],
  ['2026-11-23', { stage: '2026-11-23#overdue-0', age: 0 }],
  ['2026-11-17', { stage: '2026-11-17#overdue-0', age: 6 }],
  ['2026-11-16', { stage: '2026-11-16#overdue-1', age: 0 }],
])('[REVIEW-8] on 24 November the review of %s is at %j', (reviewBy, stage) => {
  expect(reminderStage(reviewBy, NOW)).toEqual(stage);
});

test('[REVIEW-8] over two months each reminder comes once, however often it runs', async () => {
  await put('watched', '2026-12-08');
  for (let day = 0; day <= 30; day += 1) {
    later(day);
    for (const _ of [1, 2, 3]) await remindOfReviews(deps);
  }
  expect(kinds()).toEqual([
    'watched 14',
    'watched 3',
    'watched 0',
    'watched -1',
    'watched -8',
    'watched -15',
  ]);
  expect(new Set(told.map(({ noticeId }) => noticeId)).size).toBe(told.length);
  expect(told[0]).toMatchObject({
    kind: 'review.due',
    owner: { subject: 'ada' },
    link: 'https://broker.acme.dev/console/#/reviews/watched',
  });
  expect(told.at(-1)?.kind).toBe('review.overdue');
});

test('[REVIEW-8] active and suspended agents only, and none whose date is far off or past its reminder', async () => {
  await put('active', '2026-11-24');
  await put('suspended', '2026-11-24', 'suspended');
  await put('retired', '2026-11-24', 'retired');
  await put('proposed', '2026-11-24', 'proposed');
  await put('far', '2027-01-24');
  await put('old', '2026-11-19');
  await remindOfReviews(deps);
  expect(kinds().sort()).toEqual(['active 0', 'suspended 0']);
});

test('[REVIEW-8] of many runs at once one sends', async () => {
  await put('contested', '2026-11-24');
  const reports = await Promise.all(Array.from({ length: 8 }, () => remindOfReviews(deps)));
  expect(kinds()).toEqual(['contested 0']);
  expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(1);
});

test('[REVIEW-9] what no channel took is tried again when its claim is over, what one took is not', async () => {
  await put('unlucky', '2026-11-24');
  const down = {
    ...deps,
    notifier: { tellReview: async () => ({ isTold: false, failed: ['sns', 'eventbridge'] }) },
  };
  expect(await remindOfReviews(down)).toMatchObject({ sent: 0, failures: 1 });
  expect(await remindOfReviews(deps)).toMatchObject({ sent: 0, failures: 0 });
  later(1);
  const half = { ...deps, notifier: { tellReview: async () => ({ isTold: true, failed: ['sns'] }) } };
  await put('half', '2026-11-25');
  expect(await remindOfReviews(half)).toMatchObject({ sent: 2, channels: ['sns', 'sns'] });
  expect(await remindOfReviews(deps)).toMatchObject({ sent: 0 });
});

test('[REVIEW-9] a run that breaks off before sending loses nothing, after sending repeats at most', async () => {
  await put('broken', '2026-11-24');
  const crash = () => Promise.reject(new Error('gone'));
  expect(await remindOfReviews({ ...deps, notifier: { tellReview: crash } })).toMatchObject({ failures: 1 });
  now = new Date(NOW.getTime() + 901_000);
  const unmarked = { ...deps, reminders: { ...deps.reminders, markSent: crash } };
  expect(await remindOfReviews(unmarked)).toMatchObject({ failures: 1 });
  now = new Date(NOW.getTime() + 1_900_000);
  await remindOfReviews(deps);
  await remindOfReviews(deps);
  expect(told).toHaveLength(2);
  expect(new Set(told.map(({ noticeId }) => noticeId)).size).toBe(1);
});

test('[REVIEW-9] one agent that cannot be told of keeps no other from it', async () => {
  await put('bad', '2026-11-24');
  await put('good', '2026-11-24');
  const picky = {
    ...deps,
    notifier: {
      tellReview: (notice: ReviewNotice) =>
        notice.agent === 'bad' ? Promise.reject(new Error('no')) : deps.notifier.tellReview(notice),
    },
  };
  expect(await remindOfReviews(picky)).toMatchObject({ sent: 1, failures: 1 });
  expect(kinds()).toEqual(['good 0']);
});

test('[REVIEW-8] who has just reviewed is not reminded by an index that is behind, and the next round begins anew', async () => {
  await put('reviewed', '2026-11-24');
  const page = await deps.agents.listByStatus('active', { limit: 10 });
  const agents = createAgentBook({ client: tables.client, table: TABLES.registry });
  const moment = { at: NOW, requestId: 'r' };
  await reviewAsShown({ agents, catalog: CATALOG }, { id: 'reviewed', reviewBy: '2026-12-20' }, moment);
  await remindOfReviews({ ...deps, agents: { ...deps.agents, listByStatus: async () => page } });
  expect(told).toEqual([]);
  later(12);
  await remindOfReviews(deps);
  expect(kinds()).toEqual(['reviewed 14']);
});

test('the sentence says when, and what follows', () => {
  const notice = { agent: 'a', reviewBy: '2026-11-24', days: 0 } as ReviewNotice;
  expect(reviewSentence(notice)).toBe('The review of a is due today.');
  expect(reviewSentence({ ...notice, days: 3 })).toBe('The review of a is due in 3 days, on 2026-11-24.');
  expect(reviewSentence({ ...notice, days: -1 })).toContain('no new grants');
});
