// RFC 7662 introspection for catalogued resource servers. A server learns only about grants of the tasks it
// serves; everything else is `active: false` and nothing more (§2.2).

import { findResourceServers, type RequestContext, type VerifyDeps } from '../deps.ts';
import type { Grant, ResourceServer } from '../model.ts';
import type { Random } from '../ports.ts';
import { digestOf } from '../record/digest.ts';
import { newTicket } from '../record/ticket.ts';
import { Refusal } from '../refusal.ts';
import { type Caller, verifyCaller } from '../verify/caller.ts';
import { claimsHold } from '../verify/claims.ts';
import { handleMatches, parseHandle } from '../verify/handle.ts';
import { recordUse } from '../verify/replay.ts';
import type { TokenRequest } from './revoke.ts';

/** An active grant, and the server it is told to. */
export interface ActiveGrant {
  readonly grant: Grant;
  readonly server: string;
}

/**
 * The grant behind the token, if it is active and one of this server's.
 * @throws Refusal `server_unknown` for a caller that is no resource server, and those of verification
 */
export async function introspectToken(
  deps: VerifyDeps & { readonly random: Random },
  request: TokenRequest,
  context: RequestContext,
): Promise<ActiveGrant | undefined> {
  const now = deps.clock();
  const caller = await verifyCaller(deps, request.shown, now);
  context.log.note({ issuer: caller.workload.issuer.issuer, subject: caller.workload.subject });
  const server = resourceServer(deps, caller);
  await useOnce(deps, caller, { server, token: request.token });
  const named = parseHandle(request.token);
  const grant = named && (await deps.grants.get(named.grantId));
  if (named === undefined || grant === undefined) return undefined;
  if (!handleMatches(named.handle, grant.handleHash) || !server.tasks.includes(grant.task)) return undefined;
  if (grant.status !== 'active' || now.getTime() >= grant.expiresAt.getTime()) return undefined;
  context.log.note({ grantId: grant.grantId, agent: grant.agent, task: grant.task });
  return { grant, server: server.name };
}

function resourceServer(deps: VerifyDeps, caller: Caller): ResourceServer {
  const { workload } = caller;
  const { issuer } = workload.issuer;
  const [server] = findResourceServers(deps.catalog, issuer, workload.subject);
  const holds = server?.bindings.some(
    (binding) =>
      binding.issuer === issuer &&
      binding.subject === workload.subject &&
      claimsHold(workload, binding.claims ?? {}),
  );
  if (server === undefined || !holds) throw new Refusal('server_unknown');
  return server;
}

/** Records the assertion; a `bound` one is tied to the server, which may show it again. */
async function useOnce(
  deps: VerifyDeps & { readonly random: Random },
  caller: Caller,
  use: { readonly server: ResourceServer; readonly token: string },
): Promise<void> {
  const request = { workload: caller.workload, idempotencyKey: undefined };
  const earlier = await recordUse(deps, caller, {
    requestHash: digestOf(['introspect', digestOf(use.token)]),
    // no grant comes of this; the replay row wants an id, and this one leads nowhere
    grantId: newTicket(deps.random, request, deps.clock()).grantId,
    fallbackBinding: `server:${use.server.name}`,
  });
  if (earlier !== undefined) throw new Refusal('assertion_replayed');
}
