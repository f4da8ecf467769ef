// Which of the grants function's endpoints a request is for.

import type { VerifyDeps } from '../../core/deps.ts';
import type { Random } from '../../core/ports.ts';
import { Refusal } from '../../core/refusal.ts';
import { completeGrant } from '../../core/revoke/complete.ts';
import { introspectToken } from '../../core/revoke/introspect.ts';
import { revokeToken } from '../../core/revoke/revoke.ts';
import type { Action, HttpRequest } from './endpoint.ts';
import {
  completionAnswer,
  introspectionAnswer,
  isCompletion,
  readCompletion,
  readTokenRequest,
} from './grants-request.ts';

/** Chooses by path. @throws Refusal `route_unknown`. */
export function chooseGrantsAction(
  deps: VerifyDeps & { readonly random: Random },
  brokerUrl: string,
): (request: HttpRequest) => Action {
  return (request) => {
    if (isCompletion(request.path)) return complete(deps, request, brokerUrl);
    if (request.path === '/oauth2/revoke') return revoke(deps, request, brokerUrl);
    if (request.path === '/oauth2/introspect') return introspect(deps, request, brokerUrl);
    throw new Refusal('route_unknown');
  };
}

function complete(deps: VerifyDeps, request: HttpRequest, brokerUrl: string): Action {
  return {
    operation: 'complete',
    role: 'client',
    run: async (context) =>
      completionAnswer(await completeGrant(deps, readCompletion(request, brokerUrl), context)),
  };
}

function revoke(deps: VerifyDeps, request: HttpRequest, brokerUrl: string): Action {
  return {
    operation: 'revoke',
    role: 'client',
    async run(context) {
      await revokeToken(deps, readTokenRequest(request, brokerUrl), context);
      return { status: 200 };
    },
  };
}

function introspect(
  deps: VerifyDeps & { readonly random: Random },
  request: HttpRequest,
  brokerUrl: string,
): Action {
  return {
    operation: 'introspect',
    role: 'client',
    run: async (context) =>
      introspectionAnswer(
        await introspectToken(deps, readTokenRequest(request, brokerUrl), context),
        brokerUrl,
      ),
  };
}
