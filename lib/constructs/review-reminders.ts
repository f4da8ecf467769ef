// The function that reminds of reviews, and when it runs. It reads agents and changes none: its own rows are all that
// it writes.

import { Duration, type Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { RemindEnv } from '../../src/config/env.ts';
import type { FunctionsProps } from './functions.ts';
import { RemitFunction } from './remit-function.ts';

/** Also how soon what failed is tried again. */
const EVERY = Duration.hours(6);

/** Adds both. */
export function addReviewReminders(
  stack: Stack,
  { defaults, tables, notices, consoleOrigin }: FunctionsProps,
) {
  const remind = new RemitFunction<RemindEnv>(stack, 'Remind', {
    entry: 'remind',
    description: 'Reminds of reviews that are due or overdue',
    environment: {
      REGISTRY_TABLE: tables.registry.tableName,
      CONSOLE_ORIGIN: consoleOrigin,
      NOTIFY_TOPIC_ARN: notices.topic.topicArn,
      EVENT_BUS: notices.busName,
    },
    timeout: Duration.minutes(5),
    defaults,
  });
  tables.grantRemind(remind);
  notices.grantTell(remind);
  new Rule(stack, 'RemindRegularly', {
    schedule: Schedule.rate(EVERY),
    targets: [new LambdaFunction(remind.function, { retryAttempts: 0 })],
  });
  return remind;
}
