// Runs every few hours: reminds of reviews that are due or overdue.

import { randomUUID } from 'node:crypto';
import { createAgentBook } from '../src/adapters/aws/agents-table.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createReminderBook } from '../src/adapters/aws/reminders-table.ts';
import { createReviewNotifier } from '../src/adapters/aws/review-notifier.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, documentClient, type World } from '../src/adapters/aws/world.ts';
import { type RemindEnv, readEnv, remindEnv } from '../src/config/env.ts';
import { remindOfReviews } from '../src/core/review/remind.ts';

/** @throws Error when a reminder could not be sent or not everybody was looked at, so that an alarm sees it. */
export function buildRemind(env: RemindEnv, world: World = {}): (event: unknown) => Promise<void> {
  const registry = { client: documentClient(world), table: env.REGISTRY_TABLE };
  const channels = { topicArn: env.NOTIFY_TOPIC_ARN, bus: env.EVENT_BUS };
  const deps = {
    agents: createAgentBook(registry),
    reminders: createReminderBook(registry),
    notifier: world.reviewNotifier ?? createReviewNotifier(channels, world),
    clock: clockOf(world),
    consoleOrigin: env.CONSOLE_ORIGIN,
  };
  const telemetry = createTelemetry(world.log);
  return async () => {
    const { sent, failures, channels: failed, isCut } = await remindOfReviews(deps);
    const isWrong = failures > 0 || failed.length > 0 || isCut;
    telemetry.line(
      { operation: 'remind', requestId: randomUUID(), sent, failures, channels: failed.length, isCut },
      isWrong,
    );
    telemetry.measure(failed.map(() => ({ metric: 'noticeFailures' as const, value: 1 })));
    if (failures > 0) throw new Error(`${failures} reminders could not be sent`);
    if (isCut) throw new Error('there are more reviews than one run looks at');
  };
}

export const handler = onFirstEvent(() => buildRemind(readEnv(remindEnv, process.env)));
