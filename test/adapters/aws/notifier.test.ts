// What SNS and EventBridge get, over their real protocols, from an endpoint that can be told to fail.

import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNotifier, TELL_TRIES } from '../../../src/adapters/aws/notifier.ts';
import { createReviewNotifier } from '../../../src/adapters/aws/review-notifier.ts';
import type { ApprovalNotice } from '../../../src/core/approve/ports.ts';
import type { GrantId } from '../../../src/core/model.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:notices';
const LINK = 'https://console.acme.dev/console/#/approvals/01K9Z3Q4M5N6P7R8S9T0V1W2X3';
const notice: ApprovalNotice = {
  kind: 'opened',
  grantId: '01K9Z3Q4M5N6P7R8S9T0V1W2X3' as GrantId,
  requestDigest: `sha256:${'a'.repeat(64)}`,
  agent: 'billing-agent',
  task: 'refund-customer',
  environment: 'prod',
  groups: ['finance-leads', 'support-leads'],
  expiresAt: new Date('2026-11-24T10:10:00Z'),
  bindingCode: 'ABCD-EFGH',
  link: LINK,
};

interface Asked {
  readonly service: 'sns' | 'eventbridge';
  readonly body: string;
}

let server: Server;
let asked: Asked[];
/** What a service answers instead of success. */
let broken: Partial<Record<Asked['service'], { readonly status: number; readonly body: string }>>;

beforeEach(async () => {
  asked = [];
  broken = {};
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const service = request.headers['x-amz-target'] === 'AWSEvents.PutEvents' ? 'eventbridge' : 'sns';
      asked.push({ service, body });
      const answer = broken[service] ?? { status: 200, body: ANSWERS[service] };
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ANSWERS = {
  sns: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  eventbridge: JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] }),
};

function worldOf() {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

function notify(changes: Partial<ApprovalNotice> = {}): Promise<readonly string[]> {
  return createNotifier({ topicArn: TOPIC, bus: 'default' }, worldOf()).notify({ ...notice, ...changes });
}

const bodyOf = (service: Asked['service']) => asked.find((each) => each.service === service)?.body ?? '';
const published = () => new URLSearchParams(bodyOf('sns'));
const messages = () => JSON.parse(published().get('Message') ?? '{}') as Record<string, string>;

describe('people', () => {
  test('get plain text by e-mail: what, until when, the code and the page', async () => {
    expect(await notify()).toEqual([]);
    expect(Object.fromEntries(published())).toMatchObject({
      Action: 'Publish',
      TopicArn: TOPIC,
      MessageStructure: 'json',
      Subject: 'Remit: refund-customer of billing-agent (opened)',
    });
    expect(messages()['email']).toBe(
      [
        'Remit: refund-customer of billing-agent (opened)',
        '',
        'Environment: prod',
        'Groups: finance-leads, support-leads',
        'Until: 2026-11-24T10:10:00.000Z',
        'Code: ABCD-EFGH',
        LINK,
      ].join('\n'),
    );
    expect(messages()['default']).toBe(messages()['email']);
  });

  test('get a card in the chat, a thread for each request', async () => {
    await notify();
    expect(JSON.parse(messages()['https'] ?? '')).toEqual({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: 'Remit: refund-customer of billing-agent (opened)',
        description: expect.stringContaining(LINK) as string,
      },
      metadata: { threadId: notice.grantId },
    });
  });

  test('a long name fits the subject, which SNS limits to 99 characters of ASCII', async () => {
    await notify({ task: `${'t'.repeat(120)}\n\u00e9` });
    const subject = published().get('Subject') ?? '';
    expect(subject).toHaveLength(99);
    expect(subject).toMatch(/^[ -~]+$/);
  });
});

test('programs get an event on the bus', async () => {
  await notify({ kind: 'approved', groups: [] });
  const { Entries } = JSON.parse(bodyOf('eventbridge')) as { Entries: Record<string, string>[] };
  expect(Entries).toHaveLength(1);
  expect(Entries[0]).toMatchObject({
    EventBusName: 'default',
    Source: 'remit',
    DetailType: 'Remit Approval approved',
  });
  expect(JSON.parse(Entries[0]?.['Detail'] ?? '')).toEqual({
    ...notice,
    kind: 'approved',
    groups: [],
    expiresAt: notice.expiresAt.toISOString(),
  });
});

test('[WORKFLOW-9] no link decides: the only address is that of the page', async () => {
  await notify();
  for (const { body } of asked) {
    const addresses = decodeURIComponent(body).match(/https?:\/\/[^"\\\s&]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set([LINK]));
  }
});

describe('[WORKFLOW-8] a channel that is down', () => {
  const refused = { status: 403, body: '{"__type":"AccessDeniedException","message":"no"}' };
  test('SNS refuses: programs are told all the same', async () => {
    broken = {
      sns: {
        status: 403,
        body: '<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>',
      },
    };
    expect(await notify()).toEqual(['sns']);
    expect(bodyOf('eventbridge')).toContain('refund-customer');
  });

  test('EventBridge refuses, or takes no entry: people are told all the same', async () => {
    broken = { eventbridge: refused };
    expect(await notify()).toEqual(['eventbridge']);
    broken = { eventbridge: { status: 200, body: JSON.stringify({ FailedEntryCount: 1, Entries: [] }) } };
    expect(await notify()).toEqual(['eventbridge']);
    expect(published().get('TopicArn')).toBe(TOPIC);
  });

  test('both are down: it says so and does not throw', async () => {
    broken = { sns: refused, eventbridge: refused };
    expect(await notify()).toEqual(['sns', 'eventbridge']);
  });
});

describe('[WORKFLOW-20] told by the workflow, of an outcome too', () => {
  const tell = () =>
    createNotifier({ topicArn: TOPIC, bus: 'default', tries: TELL_TRIES }, worldOf()).notify({
      ...notice,
      kind: 'denied',
    });
  const asks = (service: Asked['service']) => asked.filter((each) => each.service === service).length;
  const noEntry = { status: 200, body: JSON.stringify({ FailedEntryCount: 1, Entries: [] }) };

  test('a channel that fails twice takes it at the third try, and the other hears it once', async () => {
    broken = {
      get eventbridge() {
        return asks('eventbridge') <= 2 ? noEntry : { status: 200, body: ANSWERS.eventbridge };
      },
    };
    expect(await tell()).toEqual([]);
    expect([asks('sns'), asks('eventbridge')]).toEqual([1, 3]);
  });

  test('a channel that stays down is named after its tries, and the other hears it once', async () => {
    broken = { eventbridge: noEntry };
    expect(await tell()).toEqual(['eventbridge']);
    expect([asks('sns'), asks('eventbridge')]).toEqual([1, TELL_TRIES]);
  });
});

describe('a review', () => {
  const review = {
    kind: 'review.due',
    noticeId: 'billing-agent#2026-11-27#due-3',
    agent: 'billing-agent',
    owner: { issuer: 'https://login.acme.dev', subject: 'ada', name: 'Ada' },
    environment: 'prod',
    reviewBy: '2026-11-27',
    days: 3,
    link: 'https://console.acme.dev/console/#/reviews/billing-agent',
  } as const;
  const tell = () => createReviewNotifier({ topicArn: TOPIC, bus: 'default' }, worldOf()).tellReview(review);

  test('[REVIEW-10] is told to people with its owner and its page, to programs as an event', async () => {
    expect(await tell()).toEqual({ isTold: true, failed: [] });
    expect(messages()['email']).toBe(
      [
        'Remit: review of billing-agent (due)',
        '',
        'The review of billing-agent is due in 3 days, on 2026-11-27.',
        'Owner: Ada, ada of https://login.acme.dev',
        'Environment: prod',
        review.link,
      ].join('\n'),
    );
    const { Entries } = JSON.parse(bodyOf('eventbridge')) as {
      Entries: { DetailType: string; Detail: string }[];
    };
    expect(Entries[0]).toMatchObject({ Source: 'remit', DetailType: 'Remit Review due' });
    expect(JSON.parse(Entries[0]?.Detail ?? '')).toEqual({
      ...review,
      owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    });
  });

  test('[REVIEW-10] is told by the channel that works', async () => {
    broken = { sns: { status: 400, body: '' } };
    expect(await tell()).toEqual({ isTold: true, failed: ['sns'] });
    broken = { eventbridge: { status: 200, body: JSON.stringify({ FailedEntryCount: 1, Entries: [] }) } };
    expect(await tell()).toEqual({ isTold: true, failed: ['eventbridge'] });
    broken = { ...broken, sns: { status: 400, body: '' } };
    expect(await tell()).toMatchObject({ isTold: false });
  });
});
