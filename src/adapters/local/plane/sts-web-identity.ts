// GetWebIdentityToken: a JWT about the caller, signed by the plane's own outbound issuer, with the claims that
// AWS puts into one (aud, sub = role ARN, and the `https://sts.amazonaws.com/` block).

import type { OidcIssuer, SigningAlgorithm } from '../oidc-issuer.ts';
import { AwsFailure } from './aws-failure.ts';
import type { Call } from './call.ts';
import { type ActionForm, validationError } from './form.ts';
import { principalAccount, principalArn } from './sessions.ts';
import { wholeSeconds } from './sts-assume-role.ts';
import { element } from './wire.ts';

const ALGORITHMS: readonly string[] = ['RS256', 'ES384'];

/** XML of GetWebIdentityTokenResult. @throws AwsFailure */
export async function webIdentityToken(
  call: Call,
  form: ActionForm,
  outbound: OidcIssuer,
): Promise<readonly string[]> {
  const audience = form.list('Audience');
  const algorithm = form.require('SigningAlgorithm');
  if (audience.length === 0 || audience.length > 10) throw validationError('Audience needs 1 to 10 values.');
  if (!ALGORITHMS.includes(algorithm)) throw validationError('SigningAlgorithm must be RS256 or ES384.');
  const origin = form.get('SubjectMode') ?? 'AWSIdentity';
  if (origin !== 'AWSIdentity' || form.get('Scope') !== undefined)
    throw validationError('The local plane issues tokens with SubjectMode AWSIdentity only.');
  const seconds = form.integer('DurationSeconds', { min: 60, max: 3600 }) ?? 300;
  const tags = form.pairs('Tags');
  call.facts.parameters = { audience, signingAlgorithm: algorithm, durationSeconds: seconds };
  authorize(call, { audience, algorithm, seconds, tags });
  const expiresAt = wholeSeconds(call.request.receivedAt, seconds);
  checkLifetime(call, expiresAt);
  const [only] = audience;
  const claims = {
    sub: subject(call),
    aud: audience.length === 1 && only !== undefined ? only : [...audience],
    'https://sts.amazonaws.com/': identityClaims(call, tags),
  };
  return [
    element('WebIdentityToken', await outbound.sign(algorithm as SigningAlgorithm, claims, seconds)),
    element('Expiration', `${expiresAt.toISOString().slice(0, 19)}Z`),
  ];
}

interface TokenQuestion {
  readonly audience: readonly string[];
  readonly algorithm: string;
  readonly seconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

function authorize(call: Call, { audience, algorithm, seconds, tags }: TokenQuestion): void {
  const context: Record<string, string | readonly string[]> = {
    'sts:IdentityTokenAudience': audience,
    'sts:SigningAlgorithm': algorithm,
    'sts:DurationSeconds': String(seconds),
    'sts:SubjectMode': 'AWSIdentity',
  };
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value;
  if (Object.keys(tags).length > 0) context['aws:TagKeys'] = Object.keys(tags);
  call.authorize({ action: 'sts:GetWebIdentityToken', resource: '*', context });
  if (Object.keys(tags).length > 0)
    call.authorize({ action: 'sts:TagGetWebIdentityToken', resource: '*', context });
}

function checkLifetime({ principal }: Call, expiresAt: Date): void {
  if (principal.kind === 'role' && expiresAt > principal.expiresAt)
    throw new AwsFailure(
      'SessionDurationEscalation',
      403,
      'The token would outlive the session of the caller.',
    );
}

/** The role, not the session: what the verifier of aws-sts assertions binds to. */
const subject = ({ principal }: Call): string =>
  principal.kind === 'role' ? principal.role.arn : principalArn(principal);

function identityClaims(
  call: Call,
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const { principal, identity } = call;
  const base = {
    aws_account: principalAccount(principal),
    source_region: identity.region,
    principal_id: subject(call),
    ...(Object.keys(tags).length === 0 ? {} : { request_tags: { ...tags } }),
  };
  if (principal.kind === 'user') return base;
  return {
    ...base,
    original_session_exp: principal.expiresAt.toISOString(),
    ...(Object.keys(principal.tags).length === 0 ? {} : { principal_tags: { ...principal.tags } }),
    ...(principal.sourceIdentity === undefined ? {} : { source_identity: principal.sourceIdentity }),
  };
}
