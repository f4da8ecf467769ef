// Who may assume a task's role: the token function alone, and only with the source identity of a grant and the
// task's tag, and no other tag.

import type { PolicyDocument } from '../model.ts';
import { document } from './render.ts';

/** Every source identity of a lease starts with this; the grant id follows. */
export const SOURCE_IDENTITY_PREFIX = 'remit-';
/** The one session tag of a lease. */
export const TASK_TAG = 'remit:task';

/** The trust policy of the role of this task. */
export function renderTrust(task: { readonly id: string }, tokenRoleArn: string): PolicyDocument {
  return document([
    {
      Effect: 'Allow',
      Principal: { AWS: tokenRoleArn },
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Condition: {
        StringLike: { 'sts:SourceIdentity': `${SOURCE_IDENTITY_PREFIX}*` },
        StringEquals: { [`aws:RequestTag/${TASK_TAG}`]: task.id },
        'ForAllValues:StringEquals': { 'aws:TagKeys': TASK_TAG },
      },
    },
  ]);
}
