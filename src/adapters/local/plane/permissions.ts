// Asks the evaluator of src/core/iam about one call: collects the caller's policies and the condition keys of the
// request, and turns a denial into the message that AWS would send. Decides nothing itself.

import {
  type AccessDecision,
  evaluate,
  evaluateTrust,
  type SessionPolicies,
} from '../../../core/iam/evaluate.ts';
import { type AwsFailure, deniedFailure, type ServiceName } from './aws-failure.ts';
import type { Access, Call, ConditionContext } from './call.ts';
import type { Role } from './roles.ts';
import { type Principal, principalAccount, principalArn, principalUserId } from './sessions.ts';
import type { PlaneRequest } from './wire.ts';

/** The facts of a request that global condition keys are made of. */
export interface RequestFacts {
  readonly request: PlaneRequest;
  readonly principal: Principal;
  readonly region: string;
}

/** The decision on one access: role policies ∩ boundary ∩ session policy ∩ scope-down policies, Denies first. */
export function decide(facts: RequestFacts, access: Access): AccessDecision {
  const context = { ...globalContext(facts), ...access.context };
  return evaluate({ action: access.action, resource: access.resource, context }, policiesOf(facts.principal));
}

/** Whether the role's trust policy lets the caller do `action` on it. */
export function trusts(
  call: Call,
  role: Role,
  question: { readonly action: string; readonly context: ConditionContext },
): boolean {
  const facts = { request: call.request, principal: call.principal, region: call.identity.region };
  const context = { ...globalContext(facts), ...question.context };
  const principal = call.principal.kind === 'role' ? call.principal.role.arn : principalArn(call.principal);
  return evaluateTrust(
    { action: question.action, resource: role.arn, context },
    { trust: role.trust, principal },
  ).allowed;
}

function policiesOf(principal: Principal): SessionPolicies {
  if (principal.kind === 'user') return { identity: principal.policies };
  return {
    identity: [...principal.role.policies.values()],
    ...(principal.role.boundary === undefined ? {} : { boundary: principal.role.boundary }),
    ...(principal.sessionPolicy === undefined ? {} : { session: principal.sessionPolicy }),
    scopeDown: principal.scopeDown,
  };
}

function globalContext({
  request,
  principal,
  region,
}: RequestFacts): Record<string, string | readonly string[]> {
  const context: Record<string, string | readonly string[]> = {
    'aws:CurrentTime': request.receivedAt.toISOString(),
    'aws:EpochTime': String(Math.floor(request.receivedAt.getTime() / 1000)),
    'aws:SecureTransport': 'false',
    'aws:SourceIp': request.sourceAddress,
    'aws:UserAgent': request.headers['user-agent'] ?? '',
    'aws:RequestedRegion': region,
    'aws:ViaAWSService': 'false',
    'aws:userid': principalUserId(principal),
    'aws:PrincipalAccount': principalAccount(principal),
    'aws:ResourceAccount': principalAccount(principal),
    'aws:PrincipalArn': principal.kind === 'role' ? principal.role.arn : principalArn(principal),
    'aws:PrincipalType': principal.kind === 'role' ? 'AssumedRole' : 'User',
  };
  if (principal.kind === 'user') return { ...context, 'aws:username': principal.name };
  context['aws:TokenIssueTime'] = principal.issuedAt.toISOString();
  if (principal.sourceIdentity !== undefined) context['aws:SourceIdentity'] = principal.sourceIdentity;
  for (const [key, value] of Object.entries(principal.tags)) context[`aws:PrincipalTag/${key}`] = value;
  return context;
}

/** AWS's sentence for a denial: who, what, on which resource, and which kind of policy stood in the way. */
export function denial(
  service: ServiceName,
  principal: Principal,
  { access, reason }: { readonly access: Access; readonly reason: string },
): AwsFailure {
  const user = principalArn(principal);
  const on = access.resource === '*' ? '' : ` on resource: "${access.resource}"`;
  return deniedFailure(
    service,
    `User: ${user} is not authorized to perform: ${access.action}${on} because ${reason}`,
  );
}
