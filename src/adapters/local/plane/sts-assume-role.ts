// AssumeRole: asks the caller's policies and the role's trust policy about sts:AssumeRole, and about
// sts:TagSession and sts:SetSourceIdentity where tags or a source identity are sent. Stricter than AWS in one
// thing: the caller's own policies must allow the role even where its trust policy names the caller.

import { type AwsFailure, deniedFailure } from './aws-failure.ts';
import type { Call, ConditionContext } from './call.ts';
import { type ActionForm, validationError } from './form.ts';
import { trusts } from './permissions.ts';
import { parseSessionPolicy } from './policy-text.ts';
import type { Role } from './roles.ts';
import { principalArn, type RoleSession } from './sessions.ts';
import { credentialsElement } from './sts-credentials.ts';
import { element } from './wire.ts';

const NAME = /^[\w+=,.@-]{2,64}$/;
const SHORTEST_SECONDS = 900;
const CHAINED_SECONDS = 3600;
const NOT_SUPPORTED = [
  'PolicyArns.member.1.arn',
  'TransitiveTagKeys.member.1',
  'ProvidedContexts.member.1.ProviderArn',
  'SerialNumber',
  'TokenCode',
];

/** XML of AssumeRoleResult. @throws AwsFailure */
export function assumeRole(call: Call, form: ActionForm): readonly string[] {
  const roleArn = form.require('RoleArn');
  const name = nameOf(form, 'RoleSessionName') ?? '';
  const sourceIdentity = readSourceIdentity(call, form);
  const tags = form.pairs('Tags');
  call.facts.parameters = { roleArn, roleSessionName: name, sourceIdentity, principalTags: { ...tags } };
  refuseUnsupported(form, tags);
  const role = authorizeRole(call, {
    roleArn,
    name,
    sourceIdentity,
    tags,
    externalId: form.get('ExternalId'),
  });
  const seconds = form.integer('DurationSeconds', { min: SHORTEST_SECONDS, max: 43_200 }) ?? CHAINED_SECONDS;
  checkDuration(call, role, seconds);
  const session = newSession(call, { role, name, sourceIdentity, tags, seconds, policy: form.get('Policy') });
  return [
    credentialsElement(call.sessions.issue(session), session.expiresAt),
    element('AssumedRoleUser', [
      element('AssumedRoleId', `${role.id}:${name}`),
      element('Arn', principalArn(session)),
    ]),
    ...(sourceIdentity === undefined ? [] : [element('SourceIdentity', sourceIdentity)]),
  ];
}

function nameOf(form: ActionForm, parameter: 'RoleSessionName' | 'SourceIdentity'): string | undefined {
  const value = parameter === 'RoleSessionName' ? form.require(parameter) : form.get(parameter);
  if (value !== undefined && !NAME.test(value))
    throw validationError(`${parameter} does not have the right form.`);
  return value;
}

/** A session's source identity stays for all sessions chained from it, and cannot be replaced. */
function readSourceIdentity(call: Call, form: ActionForm): string | undefined {
  const asked = nameOf(form, 'SourceIdentity');
  if (asked?.startsWith('aws:') === true) throw validationError('SourceIdentity may not start with aws:.');
  const inherited = call.principal.kind === 'role' ? call.principal.sourceIdentity : undefined;
  if (inherited !== undefined && asked !== undefined && asked !== inherited)
    throw deniedFailure('sts', 'The source identity of the session cannot be changed.');
  return asked ?? inherited;
}

function refuseUnsupported(form: ActionForm, tags: Readonly<Record<string, string>>): void {
  const found = NOT_SUPPORTED.find((name) => form.get(name) !== undefined);
  if (found !== undefined) throw validationError(`${found} is not part of the local plane's AssumeRole.`);
  const entries = Object.entries(tags);
  const isForm = ([key, value]: readonly [string, string]) =>
    /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value);
  if (entries.length > 50 || !entries.every(isForm))
    throw validationError('Tags do not have the right form.');
}

interface RoleQuestion {
  readonly roleArn: string;
  readonly name: string;
  readonly sourceIdentity: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly externalId: string | undefined;
}

function authorizeRole(call: Call, question: RoleQuestion): Role {
  const context = requestContext(question);
  const role = call.roles.find(question.roleArn);
  for (const action of actionsOf(question)) {
    call.authorize({ action, resource: question.roleArn, context });
    if (role === undefined || !trusts(call, role, { action, context }))
      throw notTrusted(call, action, question.roleArn);
  }
  if (role === undefined) throw notTrusted(call, 'sts:AssumeRole', question.roleArn);
  return role;
}

function actionsOf({ sourceIdentity, tags }: RoleQuestion): readonly string[] {
  return [
    'sts:AssumeRole',
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ...(Object.keys(tags).length === 0 ? [] : ['sts:TagSession']),
  ];
}

function requestContext({ name, sourceIdentity, tags, externalId }: RoleQuestion): ConditionContext {
  const context: Record<string, string | readonly string[]> = { 'sts:RoleSessionName': name };
  if (sourceIdentity !== undefined) context['sts:SourceIdentity'] = sourceIdentity;
  if (externalId !== undefined) context['sts:ExternalId'] = externalId;
  const keys = Object.keys(tags);
  if (keys.length > 0) context['aws:TagKeys'] = keys;
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value;
  return context;
}

// a role that does not exist answers like one that does not trust the caller, as in AWS
function notTrusted(call: Call, action: string, roleArn: string): AwsFailure {
  const user = principalArn(call.principal);
  return deniedFailure(
    'sts',
    `User: ${user} is not authorized to perform: ${action} on resource: ${roleArn}`,
  );
}

function checkDuration(call: Call, role: Role, seconds: number): void {
  if (call.principal.kind === 'role' && seconds > CHAINED_SECONDS)
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  if (seconds > role.maxSessionSeconds)
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
}

interface NewSession extends Omit<RoleQuestion, 'roleArn' | 'externalId'> {
  readonly role: Role;
  readonly seconds: number;
  readonly policy: string | undefined;
}

function newSession(
  call: Call,
  { role, name, sourceIdentity, tags, seconds, policy }: NewSession,
): RoleSession {
  const issuedAt = call.request.receivedAt;
  return {
    kind: 'role',
    role,
    name,
    sourceIdentity,
    tags,
    sessionPolicy: parseSessionPolicy(policy),
    scopeDown: [],
    issuedAt,
    expiresAt: wholeSeconds(issuedAt, seconds),
  };
}

/** STS says expirations in whole seconds; the plane ends the session at the same instant. */
export function wholeSeconds(from: Date, seconds: number): Date {
  return new Date(Math.floor(from.getTime() / 1000) * 1000 + seconds * 1000);
}
