// Who hears of requests beside the console: e-mail addresses and a chat channel, each of which reads and does nothing.

import { expect, test } from 'vitest';
import { deployedBy, type Resource, stackOf } from '../support/stack.ts';

const told = {
  notifyEmails: ['leads@acme.dev', 'finance@acme.dev'],
  chat: { slackWorkspaceId: 'T0123ABCD', slackChannelId: 'C0123ABCD' },
};
const { of } = deployedBy(stackOf(told).stack);
const [[topicId] = ['']] = of('AWS::SNS::Topic').filter(([id]) => id.startsWith('Notices'));
const toTopic = { Ref: topicId };
const properties = ([, { Properties }]: [string, Resource]) => Properties;

test('[WORKFLOW-21] each address of notifyEmails is subscribed to the notices', () => {
  const subscribed = of('AWS::SNS::Subscription')
    .map(properties)
    .filter(({ TopicArn }) => JSON.stringify(TopicArn) === JSON.stringify(toTopic));
  expect(subscribed.map(({ Protocol, Endpoint }) => [Protocol, Endpoint])).toEqual([
    ['email', 'leads@acme.dev'],
    ['email', 'finance@acme.dev'],
  ]);
});

test('[WORKFLOW-21] the chat channel hears of the notices, and nobody in it can do anything through it', () => {
  const [chat, ...more] = of('AWS::Chatbot::SlackChannelConfiguration').map(properties);
  expect(more).toEqual([]);
  expect(chat).toMatchObject({
    SlackWorkspaceId: 'T0123ABCD',
    SlackChannelId: 'C0123ABCD',
    SnsTopicArns: [toTopic],
  });
  expect(JSON.stringify(chat?.['GuardrailPolicies'])).toContain(':iam::aws:policy/AWSDenyAll');
  const role = JSON.stringify(chat?.['IamRoleArn']).match(/"Fn::GetAtt":\["(\w+)"/)?.[1] ?? '';
  const named = of('AWS::IAM::Role').find(([id]) => id === role);
  expect(JSON.stringify(named?.[1].Properties['AssumeRolePolicyDocument'])).toContain(
    'chatbot.amazonaws.com',
  );
  expect(named?.[1].Properties['ManagedPolicyArns']).toBeUndefined();
  expect(named?.[1].Properties['Policies']).toBeUndefined();
  const policies = of('AWS::IAM::Policy').map(properties);
  expect(policies.filter(({ Roles }) => JSON.stringify(Roles).includes(`"${role}"`))).toEqual([]);
});

test('[WORKFLOW-21] without them nobody is subscribed, and there is no channel', () => {
  const plain = deployedBy(stackOf().stack);
  expect(plain.of('AWS::SNS::Subscription')).toEqual([]);
  expect(plain.of('AWS::Chatbot::SlackChannelConfiguration')).toEqual([]);
});
