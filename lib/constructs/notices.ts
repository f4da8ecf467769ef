// Where people are told: a topic for e-mail and chat. Programs get the same as events on the account's default bus.

import { Stack } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { type IGrantable, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { RemitConfig } from '../config.ts';

type NoticesProps = Pick<RemitConfig, 'prefix' | 'notifyEmails' | 'chat'>;

const BUS = 'default';

/** The channels of approvals. */
export class Notices extends Construct {
  readonly topic: Topic;
  readonly busName = BUS;

  constructor(scope: Construct, id: string, { prefix, notifyEmails, chat }: NoticesProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: `${prefix} approvals`,
      enforceSSL: true,
      // AWS's own key: whoever in this account may publish needs no right on it
      masterKey: Alias.fromAliasName(this, 'Key', 'alias/aws/sns'),
    });
    for (const email of notifyEmails) this.topic.addSubscription(new EmailSubscription(email));
    if (chat === undefined) return;
    new SlackChannelConfiguration(this, 'Chat', {
      slackChannelConfigurationName: `${prefix}-approvals`,
      ...chat,
      notificationTopics: [this.topic],
      // the channel reads; without a guardrail its members could run commands with administrator access
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AWSDenyAll')],
    });
  }

  /** Tell people and programs. */
  grantTell(to: IGrantable): void {
    const bus = Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: BUS });
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    to.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus],
        conditions: { StringEquals: { 'events:source': 'remit' } },
      }),
    );
  }
}
