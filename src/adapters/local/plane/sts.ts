// STS of the local AWS plane: AssumeRole, GetScopedCredentials, GetWebIdentityToken, GetCallerIdentity, with the
// checks, limits and errors of the real service (docs/local-mode.md says what is left out).

import type { OidcIssuer } from '../oidc-issuer.ts';
import { AwsFailure } from './aws-failure.ts';
import type { Call } from './call.ts';
import { type ActionForm, readForm } from './form.ts';
import { principalAccount, principalArn, principalUserId } from './sessions.ts';
import { assumeRole } from './sts-assume-role.ts';
import { scopeDown } from './sts-scope-down.ts';
import { webIdentityToken } from './sts-web-identity.ts';
import { element, type PlaneResponse, queryAnswer } from './wire.ts';

/** Answers one STS call. @throws AwsFailure */
export async function answerSts(call: Call, outbound: OidcIssuer): Promise<PlaneResponse> {
  const form = readForm(call);
  call.facts.action = form.action;
  return queryAnswer(
    'sts',
    { action: form.action, requestId: call.request.requestId },
    await runAction(call, form, outbound),
  );
}

async function runAction(call: Call, form: ActionForm, outbound: OidcIssuer): Promise<readonly string[]> {
  switch (form.action) {
    case 'AssumeRole':
      return assumeRole(call, form);
    case 'GetScopedCredentials':
      return scopeDown(call, form);
    case 'GetWebIdentityToken':
      return webIdentityToken(call, form, outbound);
    case 'GetCallerIdentity':
      return callerIdentity(call);
    default:
      throw new AwsFailure('InvalidAction', 400, `${form.action} is not part of the local plane's STS.`);
  }
}

/** Needs no permission, and cannot be denied. */
function callerIdentity({ principal }: Call): readonly string[] {
  return [
    element('UserId', principalUserId(principal)),
    element('Account', principalAccount(principal)),
    element('Arn', principalArn(principal)),
  ];
}
