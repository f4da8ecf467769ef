// IAM's decision for one call, as AWS documents it: an explicit Deny anywhere wins; otherwise every layer that is
// present must allow. Used by local mode on every call, by `remit explain`, and to compare behaviour with grants.
// What it does not know it decides against the caller.

import type { PolicyDocument, PolicyStatement } from '../model.ts';
import { type ConditionContext, conditionsHold, listOf } from './conditions.ts';
import { matchesAction, matchesArn } from './match.ts';

/** One call. */
export interface AccessRequest {
  /** `service:Action`. */
  readonly action: string;
  /** ARN, or `*` for an action without resource. */
  readonly resource: string;
  readonly context: ConditionContext;
}

/** The policies around one session; each layer must allow. */
export interface SessionPolicies {
  /** The role's or user's own policies, kill lists among them. */
  readonly identity: readonly PolicyDocument[];
  readonly boundary?: PolicyDocument;
  readonly session?: PolicyDocument;
  readonly scopeDown?: readonly PolicyDocument[];
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** In AWS's words, after "because"; empty when allowed. */
  readonly reason: string;
}

interface Layer {
  readonly name: string;
  readonly documents: readonly PolicyDocument[];
}

/** Whether a session may make a call. */
export function evaluate(request: AccessRequest, policies: SessionPolicies): AccessDecision {
  const layers = layersOf(policies);
  const denying = layers.find((layer) => statements(layer).some((each) => denies(each, request)));
  if (denying) return { allowed: false, reason: `of an explicit deny in ${article(denying.name)}` };
  const silent = layers.find((layer) => !statements(layer).some((each) => allows(each, request)));
  if (silent) return { allowed: false, reason: `no ${silent.name} allows the ${request.action} action` };
  return { allowed: true, reason: '' };
}

/** Whether a role's trust policy lets a principal, by ARN, make an STS call on it. */
export function evaluateTrust(
  request: AccessRequest,
  trust: { readonly trust: PolicyDocument; readonly principal: string },
): AccessDecision {
  const ours = trust.trust.Statement.filter((each) => names(each.Principal, trust.principal)).map(
    // a trust policy's resource is the role it stands on
    (each) => ({ ...each, Resource: '*' }),
  );
  if (ours.some((each) => denies(each, request))) {
    return { allowed: false, reason: 'of an explicit deny in the role trust policy' };
  }
  const allowed = ours.some((each) => allows(each, request));
  return { allowed, reason: allowed ? '' : `no role trust policy allows the ${request.action} action` };
}

function layersOf(policies: SessionPolicies): Layer[] {
  const { identity, boundary, session, scopeDown = [] } = policies;
  return [
    { name: 'identity-based policy', documents: identity },
    ...(boundary ? [{ name: 'permissions boundary', documents: [boundary] }] : []),
    ...(session ? [{ name: 'session policy', documents: [session] }] : []),
    ...scopeDown.map((each) => ({ name: 'scope-down policy', documents: [each] })),
  ];
}

function statements(layer: Layer): readonly PolicyStatement[] {
  return layer.documents.flatMap((each) => each.Statement);
}

function allows(statement: PolicyStatement, request: AccessRequest): boolean {
  return (
    statement.Effect === 'Allow' &&
    covers(statement, request) &&
    conditionsHold(statement.Condition, request.context) === 'holds'
  );
}

function denies(statement: PolicyStatement, request: AccessRequest): boolean {
  return (
    statement.Effect === 'Deny' &&
    covers(statement, request) &&
    conditionsHold(statement.Condition, request.context) !== 'fails'
  );
}

function covers(statement: PolicyStatement, { action, resource, context }: AccessRequest): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const actionIn = (patterns: unknown) => listOf(patterns).some((each) => matchesAction(each, action));
  const resourceIn = (patterns: unknown) =>
    listOf(patterns).some((each) => matchesArn(resolveVariables(each, context), resource));
  const actionCovered =
    Action === undefined ? NotAction !== undefined && !actionIn(NotAction) : actionIn(Action);
  if (!actionCovered) return false;
  return Resource === undefined
    ? NotResource !== undefined && !resourceIn(NotResource)
    : resourceIn(Resource);
}

/** `${key}` from the request; one that is absent, or holds a wildcard, leaves a text that no ARN matches. */
function resolveVariables(text: string, context: ConditionContext): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (whole, key: string) => {
    const value = context[key];
    return typeof value === 'string' && !/[*?]/.test(value) ? value : whole;
  });
}

function names(principal: unknown, arn: string): boolean {
  if (typeof principal !== 'object' || principal === null) return principal === '*';
  return 'AWS' in principal && listOf(principal.AWS).some((each) => each === arn || each === '*');
}

function article(name: string): string {
  return name.startsWith('i') ? `an ${name}` : `a ${name}`;
}
