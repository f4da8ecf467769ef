// IAM of the local AWS plane: inline policies of roles, which is what a kill list needs. Writes take effect at
// once; the real service takes seconds to minutes (docs/local-mode.md).

import { AwsFailure, deniedFailure } from './aws-failure.ts';
import type { Call } from './call.ts';
import { type ActionForm, readForm, validationError } from './form.ts';
import { parsePolicy } from './policy-text.ts';
import type { Role } from './roles.ts';
import { principalAccount, principalArn } from './sessions.ts';
import { element, type PlaneResponse, queryAnswer } from './wire.ts';

const LONGEST_INLINE = 10_240;
const ACTIONS: Readonly<Record<string, (role: Role, form: ActionForm) => readonly string[] | undefined>> = {
  PutRolePolicy: putPolicy,
  GetRolePolicy: getPolicy,
  DeleteRolePolicy: deletePolicy,
  ListRolePolicies: listPolicies,
};

/** Answers one IAM call. @throws AwsFailure */
export function answerIam(call: Call): PlaneResponse {
  const form = readForm(call);
  call.facts.action = form.action;
  const run = Object.hasOwn(ACTIONS, form.action) ? ACTIONS[form.action] : undefined;
  if (run === undefined)
    throw new AwsFailure('InvalidAction', 400, `${form.action} is not part of the local plane's IAM.`);
  const roleName = form.require('RoleName');
  call.facts.parameters = { roleName, policyName: form.get('PolicyName') };
  const role = call.roles.findByName(principalAccount(call.principal), roleName);
  // a permission is on the role's ARN with its path; without the role there is no ARN to have one on
  if (role === undefined) {
    if (call.principal.kind === 'user') throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
    throw deniedFailure(
      'iam',
      `User: ${principalArn(call.principal)} is not authorized to perform: iam:${form.action} on role ${roleName}`,
    );
  }
  const { boundaryArn } = role;
  const context = boundaryArn === undefined ? {} : { 'iam:PermissionsBoundary': boundaryArn };
  call.authorize({ action: `iam:${form.action}`, resource: role.arn, context });
  return queryAnswer('iam', { action: form.action, requestId: call.request.requestId }, run(role, form));
}

const noSuchEntity = (message: string) => new AwsFailure('NoSuchEntity', 404, message);

function policyName(form: ActionForm): string {
  const name = form.require('PolicyName');
  if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw validationError('PolicyName does not have the right form.');
  return name;
}

function putPolicy(role: Role, form: ActionForm): undefined {
  const text = form.require('PolicyDocument');
  const others = [...role.policies].filter(([name]) => name !== policyName(form));
  const size = [text, ...others.map(([, document]) => JSON.stringify(document))]
    .join('')
    .replace(/\s/g, '').length;
  if (size > LONGEST_INLINE)
    throw new AwsFailure(
      'LimitExceeded',
      409,
      `Maximum policy size of ${LONGEST_INLINE} bytes exceeded for role ${role.name}`,
    );
  role.policies.set(policyName(form), parsePolicy(text));
  return undefined;
}

function getPolicy(role: Role, form: ActionForm): readonly string[] {
  const name = policyName(form);
  const document = role.policies.get(name);
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return [
    element('RoleName', role.name),
    element('PolicyName', name),
    element('PolicyDocument', encodeURIComponent(JSON.stringify(document))),
  ];
}

function deletePolicy(role: Role, form: ActionForm): undefined {
  const name = policyName(form);
  if (!role.policies.delete(name)) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return undefined;
}

function listPolicies(role: Role): readonly string[] {
  const members = [...role.policies.keys()].sort().map((name) => element('member', name));
  return [element('IsTruncated', 'false'), element('PolicyNames', members)];
}
