// The trust policy of a task role: only the token function's role may assume it, only with the source identity of
// a grant and with exactly one session tag, the task. The broker can make no anonymous session by mistake.

import type { PolicyDocument, Task } from '../model.ts';
import { policyOf } from './statements.ts';

/** The one session tag of a lease. */
export const TASK_TAG = 'remit:task';

/** What the source identity of every lease begins with; the grant id follows. */
export const SOURCE_IDENTITY_PREFIX = 'remit-';

/** Trust policy of the task's role. The ARN may be a token of the CDK. */
export function renderTrust(task: Pick<Task, 'id'>, tokenFunctionRoleArn: string): PolicyDocument {
  const Principal = { AWS: tokenFunctionRoleArn };
  const identity = { 'sts:SourceIdentity': `${SOURCE_IDENTITY_PREFIX}*` };
  const tagged = {
    StringEquals: { [`aws:RequestTag/${TASK_TAG}`]: task.id },
    'ForAllValues:StringEquals': { 'aws:TagKeys': [TASK_TAG] },
    // ForAllValues alone also holds for a request without tags
    Null: { 'aws:TagKeys': 'false' },
  };
  // each action with the keys that its requests carry (service authorization reference of AWS STS)
  return policyOf([
    { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition: { StringLike: identity, ...tagged } },
    { Effect: 'Allow', Principal, Action: 'sts:SetSourceIdentity', Condition: { StringLike: identity } },
    { Effect: 'Allow', Principal, Action: 'sts:TagSession', Condition: tagged },
  ]);
}
