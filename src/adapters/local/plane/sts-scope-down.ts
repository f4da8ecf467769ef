// GetScopedCredentials: narrows the caller's own temporary session by policy, duration or both. Never widens:
// the new session keeps role, name, tags and source identity, and every earlier policy.

import { randomUUID } from 'node:crypto';
import { AwsFailure, deniedFailure } from './aws-failure.ts';
import type { Call } from './call.ts';
import { type ActionForm, validationError } from './form.ts';
import { parseSessionPolicy } from './policy-text.ts';
import { principalArn, type RoleSession } from './sessions.ts';
import { wholeSeconds } from './sts-assume-role.ts';
import { credentialsElement } from './sts-credentials.ts';
import { element } from './wire.ts';

const MOST_LAYERS = 3;
const LONGEST_SECONDS = 129_600;

/** XML of GetScopedCredentialsResult. @throws AwsFailure */
export function scopeDown(call: Call, form: ActionForm): readonly string[] {
  const { principal } = call;
  const description = form.get('ScopedSessionDescription');
  call.facts.parameters = {
    scopedSessionDescription: description,
    durationSeconds: form.get('DurationSeconds'),
  };
  if (principal.kind !== 'role')
    throw new AwsFailure('InvalidSubjectCredentials', 400, 'The call needs temporary credentials.');
  if (description !== undefined && description.length > 256)
    throw validationError('ScopedSessionDescription is too long.');
  call.authorize({ action: 'sts:GetScopedCredentials', resource: '*' });
  const session = narrowed(call, principal, form);
  return [
    credentialsElement(call.sessions.issue(session), session.expiresAt),
    element('SessionInfo', [element('ScopedSessionId', randomUUID()), element('Arn', principalArn(session))]),
    element('ScopedPoliciesCount', session.scopeDown.length),
    ...(session.sourceIdentity === undefined ? [] : [element('SourceIdentity', session.sourceIdentity)]),
  ];
}

function narrowed(call: Call, parent: RoleSession, form: ActionForm): RoleSession {
  const policy = parseSessionPolicy(form.get('Policy'));
  const seconds = form.integer('DurationSeconds', { min: 1, max: LONGEST_SECONDS });
  if (policy === undefined && seconds === undefined)
    throw validationError('Give Policy, DurationSeconds or both.');
  if (policy !== undefined && parent.scopeDown.length >= MOST_LAYERS)
    throw deniedFailure('sts', `A session can have at most ${MOST_LAYERS} scope-down policies.`);
  const issuedAt = call.request.receivedAt;
  const expiresAt = seconds === undefined ? parent.expiresAt : wholeSeconds(issuedAt, seconds);
  if (expiresAt > parent.expiresAt)
    throw new AwsFailure(
      'InsufficientSessionLifetime',
      400,
      'The session ends before the requested duration.',
    );
  return {
    ...parent,
    scopeDown: policy === undefined ? parent.scopeDown : [...parent.scopeDown, policy],
    issuedAt,
    expiresAt,
  };
}
