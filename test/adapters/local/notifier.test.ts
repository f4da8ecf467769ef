import { expect, test } from 'vitest';
import {
  createLocalNotifier,
  noticeLine,
  type Told,
  type ToldReview,
} from '../../../src/adapters/local/notifier.ts';
import type { ApprovalNotice } from '../../../src/core/approve/ports.ts';
import type { GrantId } from '../../../src/core/model.ts';

const NOTICE: ApprovalNotice = {
  kind: 'opened',
  grantId: '01K9Z3Q4M5N6P7R8S9T0V1W2X3' as GrantId,
  requestDigest: 'sha256:1',
  agent: 'billing-agent',
  task: 'refund-customer',
  environment: 'prod',
  groups: ['finance-leads'],
  expiresAt: new Date('2026-11-24T00:30:00Z'),
  bindingCode: 'ABCD-EFGH',
  link: 'http://localhost:8787/console/#/approvals/01K9Z3Q4M5N6P7R8S9T0V1W2X3',
};

test('[LOCAL-38] whoever watches local mode reads what is wanted, from whom, where, and the code', () => {
  expect(noticeLine({ ...NOTICE, at: new Date('2026-11-24T00:00:01Z') })).toBe(
    '00:00:01 approval wanted: billing-agent refund-customer in prod, from finance-leads ' +
      'http://localhost:8787/console/#/approvals/01K9Z3Q4M5N6P7R8S9T0V1W2X3 code ABCD-EFGH',
  );
});

test('[LOCAL-38] the last hundred notices are kept', async () => {
  const told: unknown[] = [];
  const { notifier, route } = createLocalNotifier({
    clock: () => new Date('2026-11-24T00:00:01Z'),
    tell: (notice) => told.push(notice),
  });
  for (let count = 0; count < 120; count += 1)
    expect(await notifier.notify({ ...NOTICE, bindingCode: String(count) })).toEqual([]);
  expect(told).toHaveLength(120);
  const answer = (await route.handler({} as never)) as { body: string };
  const { notifications } = JSON.parse(answer.body) as { notifications: { bindingCode: string }[] };
  expect(notifications.map(({ bindingCode }) => bindingCode)).toEqual(
    Array.from({ length: 100 }, (_, index) => String(index + 20)),
  );
});

test('[REVIEW-10] whoever watches local mode reads of reviews, too', async () => {
  const told: (Told | ToldReview)[] = [];
  const { reviewNotifier, route } = createLocalNotifier({
    clock: () => new Date('2026-11-24T00:00:01Z'),
    tell: (notice) => told.push(notice),
  });
  const review = {
    kind: 'review.overdue',
    noticeId: 'billing-agent#2026-11-20#overdue-0',
    agent: 'billing-agent',
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    environment: 'prod',
    reviewBy: '2026-11-20',
    days: -4,
    link: 'http://localhost:8787/console/#/reviews/billing-agent',
  } as const;
  expect(await reviewNotifier.tellReview(review)).toEqual({ isTold: true, failed: [] });
  expect(told.map(noticeLine)).toEqual([
    expect.stringMatching(/^00:00:01 The review of billing-agent was due .* Owner: ada http:/),
  ]);
  const answer = (await route.handler({} as never)) as { body: string };
  expect(JSON.parse(answer.body)).toMatchObject({ notifications: [], reviews: [{ agent: 'billing-agent' }] });
});
