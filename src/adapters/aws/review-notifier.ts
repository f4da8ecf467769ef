// Tells people of reviews by SNS and programs by EventBridge (`Remit Review due`, `Remit Review overdue`). One channel
// that is down does not stop the other.

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type ReviewNotice, type ReviewNotifier, reviewSentence } from '../../core/review/remind.ts';
import { clientConfig, type World } from './world.ts';

/** The topic of people and the bus of programs. */
export function createReviewNotifier(
  { topicArn, bus }: { readonly topicArn: string; readonly bus: string },
  world: World,
): ReviewNotifier {
  const sns = new SNSClient(clientConfig(world));
  const events = new EventBridgeClient(clientConfig(world));
  return {
    async tellReview(notice) {
      const told = await Promise.allSettled([
        sns.send(new PublishCommand({ TopicArn: topicArn, ...message(notice) })),
        putEvent(events, bus, notice),
      ]);
      const failed = ['sns', 'eventbridge'].filter((_, index) => told[index]?.status === 'rejected');
      return { isTold: failed.length < told.length, failed };
    },
  };
}

async function putEvent(events: EventBridgeClient, bus: string, notice: ReviewNotice): Promise<void> {
  const { owner, ...rest } = notice;
  // a name is for people to read; programs go by issuer and subject
  const detail = { ...rest, owner: { issuer: owner.issuer, subject: owner.subject } };
  const entry = {
    EventBusName: bus,
    Source: 'remit',
    DetailType: `Remit Review ${notice.kind === 'review.due' ? 'due' : 'overdue'}`,
    Detail: JSON.stringify(detail),
  };
  const { FailedEntryCount = 0 } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount > 0) throw new Error('EventBridge took no event');
}

function message(notice: ReviewNotice) {
  const { agent, owner, environment, link, days } = notice;
  const title = `Remit: review of ${agent} (${days < 0 ? 'overdue' : 'due'})`;
  const linesFor = (shown: (text: string) => string) => [
    reviewSentence(notice),
    `Owner: ${ownerText(owner, shown)}`,
    `Environment: ${environment}`,
    link,
  ];
  const chat = {
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title, description: linesFor(asCode).join('\n') },
    metadata: { threadId: `review-${agent}` },
  };
  const plain = [title, '', ...linesFor(asText)].join('\n');
  return {
    Subject: title.replaceAll(/[^ -~]/g, '?').slice(0, 99),
    MessageStructure: 'json',
    Message: JSON.stringify({ default: plain, email: plain, https: JSON.stringify(chat) }),
  };
}

/** Letters, and what stands in names beside them: no name is an address that a reader could take for ours. */
const NAME = /^(?:[\p{L}\p{M}\p{N} ,'’()-]|\.(?= |$))+$/u;

/** Whoever registers or transfers an agent writes who its owner is, and the notice is ours. */
function ownerText(
  { name, subject, issuer }: ReviewNotice['owner'],
  shown: (text: string) => string,
): string {
  const first = name !== undefined && NAME.test(name) ? `${name}, ` : '';
  return `${first}${shown(subject)} of ${shown(issuer)}`;
}

/** Nothing in it is markup or a link of the chat's. */
function asCode(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function asText(text: string): string {
  return text;
}
