// Tells people by SNS (e-mail in plain text, chat in the schema of Amazon Q Developer) and programs by EventBridge. One
// channel that is down does not stop the other.

import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ApprovalNotice, Notifier } from '../../core/approve/ports.ts';
import { clientConfig, type World } from './world.ts';

/** The topic of people and the bus of programs. */
export function createNotifier(
  { topicArn, bus }: { readonly topicArn: string; readonly bus: string },
  world: World,
): Notifier {
  const sns = new SNSClient(clientConfig(world));
  const events = new EventBridgeClient(clientConfig(world));
  return {
    async notify(notice) {
      const told = await Promise.allSettled([
        sns.send(new PublishCommand({ TopicArn: topicArn, ...message(notice) })),
        putEvent(events, bus, notice),
      ]);
      return ['sns', 'eventbridge'].filter((_, index) => told[index]?.status === 'rejected');
    },
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
