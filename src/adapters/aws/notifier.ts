// Tells people by SNS (e-mail in plain text, chat in the schema of Amazon Q Developer) and programs by EventBridge. One
// channel that is down does not stop the other; one that fails is tried again by itself, so that no other hears twice.

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ApprovalNotice, Notifier } from '../../core/approve/ports.ts';
import type { Pause } from '../../core/lifecycle/ports.ts';
import { clientConfig, pauseOf, type World } from './world.ts';

/** Tries of one notice by one channel, where nobody waits for the answer. */
export const TELL_TRIES = 4;
/** Before the second try; doubles. */
const TELL_PAUSE_MS = 500;
/** No try begins later than this after the first: the step has to end, or it is done again whole. */
const TELL_WITHIN_MS = 5000;

/** Where people and programs are told. */
interface Channels {
  readonly topicArn: string;
  readonly bus: string;
  /** Of each channel for one notice. @default 1 */
  readonly tries?: number;
}

/** The topic of people and the bus of programs. */
export function createNotifier({ topicArn, bus, tries = 1 }: Channels, world: World): Notifier {
  const sns = new SNSClient(clientConfig(world));
  const events = new EventBridgeClient(clientConfig(world));
  const again = retrying(tries, pauseOf(world));
  return {
    async notify(notice) {
      const told = await Promise.allSettled([
        again(() => sns.send(new PublishCommand({ TopicArn: topicArn, ...message(notice) }))),
        again(() => putEvent(events, bus, notice)),
      ]);
      return ['sns', 'eventbridge'].filter((_, index) => told[index]?.status === 'rejected');
    },
  };
}

/** Sends until it is taken. It throws whatever the last try did. */
function retrying(tries: number, wait: Pause): (send: () => Promise<unknown>) => Promise<void> {
  return async (send) => {
    const begun = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send();
        return;
      } catch (error) {
        const pause = TELL_PAUSE_MS * 2 ** (attempt - 1);
        if (attempt >= tries || performance.now() - begun + pause > TELL_WITHIN_MS) throw error;
        await wait(pause / 1000);
      }
    }
  };
}

async function putEvent(events: EventBridgeClient, bus: string, notice: ApprovalNotice): Promise<void> {
  const { kind, ...rest } = notice;
  const entry = {
    EventBusName: bus,
    Source: 'remit',
    DetailType: `Remit Approval ${kind}`,
    Detail: JSON.stringify({ kind, ...rest }),
  };
  const { FailedEntryCount = 0 } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount > 0) throw new Error('EventBridge took no event');
}

/** A link and a code, never something that decides; SNS gives each protocol its own text. */
function message(notice: ApprovalNotice) {
  const { kind, agent, task, environment, groups, expiresAt, bindingCode, link } = notice;
  const title = `Remit: ${task} of ${agent} (${kind})`;
  const lines = [
    `Environment: ${environment}`,
    ...(groups.length > 0 ? [`Groups: ${groups.join(', ')}`] : []),
    `Until: ${expiresAt.toISOString()}`,
    `Code: ${bindingCode}`,
    link,
  ];
  const chat = {
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title, description: lines.join('\n') },
    metadata: { threadId: notice.grantId },
  };
  const plain = [title, '', ...lines].join('\n');
  return {
    Subject: title.replaceAll(/[^ -~]/g, '?').slice(0, 99),
    MessageStructure: 'json',
    Message: JSON.stringify({ default: plain, email: plain, https: JSON.stringify(chat) }),
  };
}
