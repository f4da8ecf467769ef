// Whoever registers an agent writes who owns it, and Remit tells everybody on the topic of notices. What is written there
// is no link and no markup of a message that people believe because it is ours.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReviewNotifier } from '../../src/adapters/aws/review-notifier.ts';
import type { ReviewNotice } from '../../src/core/review/remind.ts';

let server: Server;
let bodies: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(body);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const NOTICE: ReviewNotice = {
  kind: 'review.overdue',
  noticeId: 'helper#over-0',
  agent: 'helper',
  owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
  environment: 'prod',
  reviewBy: '2026-11-24',
  days: -1,
  link: 'https://console.acme.dev/console/#/reviews/helper',
};

async function told(owner: ReviewNotice['owner']): Promise<{ readonly chat: string; readonly mail: string }> {
  bodies = [];
  const world = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const topicArn = 'arn:aws:sns:eu-west-1:111122223333:notices';
  await createReviewNotifier({ topicArn, bus: 'default' }, world).tellReview({ ...NOTICE, owner });
  const published = bodies.find((body) => body.includes('Action=Publish')) ?? '';
  const message = JSON.parse(new URLSearchParams(published).get('Message') ?? '{}') as Record<string, string>;
  const card = JSON.parse(message['https'] ?? '{}') as { content?: { description?: string } };
  return { chat: card.content?.description ?? '', mail: message['email'] ?? '' };
}

const LINKS = [
  '<https://evil.example/confirm|Confirm the review>',
  '[Confirm the review](https://evil.example/confirm)',
  'Confirm at https://evil.example/confirm',
  'evil.example',
  '<!channel> *urgent*',
];

test.each(LINKS)('[REVIEW-12] a name that says %s is left out', async (name) => {
  const { chat, mail } = await told({ issuer: 'https://login.acme.dev', subject: 'ada', name });
  expect(chat).toContain('Owner: `ada` of `https://login.acme.dev`');
  expect(mail).toContain('Owner: ada of https://login.acme.dev');
});

test.each(LINKS)('[REVIEW-12] a subject that says %s is no markup of the chat', async (subject) => {
  const { chat } = await told({ issuer: 'https://login.acme.dev', subject: `\`${subject}\`` });
  expect(chat).toContain(`\`'${subject}'\` of`);
});

test.each(['Ada Lovelace', 'J. R. O’Neill-Łukasik Jr.', '山田太郎 (経理)'])(
  '[REVIEW-12] %s is told by name',
  async (name) => {
    const { mail } = await told({ issuer: 'https://login.acme.dev', subject: 'ada', name });
    expect(mail).toContain(`Owner: ${name}, ada of https://login.acme.dev`);
  },
);
