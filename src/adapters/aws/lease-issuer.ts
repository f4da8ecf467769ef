// STS: AssumeRole on the task role, then GetScopedCredentials on that session. The parent credentials live in
// memory for the length of one call; nothing here logs a request or an answer.

import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  type Credentials,
  GetScopedCredentialsCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
import { getSmithyContext } from '@smithy/core';
import type {
  CredentialIssuer,
  IssuedCredentials,
  ScopeDownRequest,
  SessionRequest,
} from '../../core/ports.ts';
import { Refusal } from '../../core/refusal.ts';
import { guarded, nameOf } from './faults.ts';

/** The shortest session that AssumeRole makes. */
const ASSUME_ROLE_SECONDS = 900;
type SdkContext = Parameters<typeof getSmithyContext>[0];
/** Names by which a region or partition says that it lacks the API, or an account that it may not use it. */
const SCOPE_DOWN_MISSING = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InvalidAction',
  'UnknownOperationException',
  'RegionDisabledException',
]);

/** @throws Refusal `credentials_unavailable`, `misconfigured`. */
export function createLeaseIssuer({ client }: { readonly client: STSClient }): CredentialIssuer {
  return {
    async assumeRole(request) {
      const answer = await guarded('credentials_unavailable', () => assume(client, request));
      return issued(answer.Credentials, answer.SessionTokenUtilization);
    },
    async scopeDown(request) {
      const command = signedBy(
        request.session,
        new GetScopedCredentialsCommand({
          Policy: request.policy,
          DurationSeconds: request.durationSeconds,
          ScopedSessionDescription: request.description,
        }),
      );
      try {
        const answer = await client.send(command);
        return issued(answer.Credentials, answer.SessionTokenUtilization);
      } catch (cause) {
        // the dated Deny of the session policy bounds the lease without it
        if (SCOPE_DOWN_MISSING.has(nameOf(cause))) return undefined;
        return guarded('credentials_unavailable', () => Promise.reject(cause));
      }
    },
  };
}

/**
 * Signs this one command with the session just assumed, over the client's own connections: a client of its own would
 * open a new one for each lease. The session is a value of this command alone, so no other request can get it.
 */
function signedBy(
  session: ScopeDownRequest['session'],
  command: GetScopedCredentialsCommand,
): GetScopedCredentialsCommand {
  const sign = (next: (args: never) => Promise<never>, context: SdkContext) => async (args: never) => {
    const scheme = getSmithyContext(context)['selectedHttpAuthScheme'] as { identity: unknown } | undefined;
    if (scheme === undefined) throw new Error('the SDK signs in another way than this was written for');
    scheme.identity = { ...session };
    return next(args);
  };
  // never: the SDK's own type for this needs the input and output of every step
  command.middlewareStack.addRelativeTo(sign as never, {
    name: 'signWithSession',
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
  });
  return command;
}

async function assume(client: STSClient, request: SessionRequest): Promise<AssumeRoleCommandOutput> {
  const command = new AssumeRoleCommand({
    RoleArn: request.roleArn,
    RoleSessionName: request.sessionName,
    SourceIdentity: request.sourceIdentity,
    Tags: [{ Key: 'remit:task', Value: request.taskTag }],
    Policy: request.policy,
    DurationSeconds: ASSUME_ROLE_SECONDS,
  });
  try {
    return await client.send(command);
  } catch (cause) {
    // a role deployed seconds ago is refused for a while (IAM is eventually consistent): retryable, and logged
    if (nameOf(cause) !== 'AccessDenied') throw cause;
    throw new Refusal('credentials_unavailable', {
      detail: 'AssumeRole AccessDenied',
      cause,
      retryAfterSeconds: 5,
    });
  }
}

function issued(credentials: Credentials | undefined, utilization: number | undefined): IssuedCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new Refusal('credentials_unavailable', { detail: 'answer without credentials' });
  }
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    expiresAt: Expiration,
    ...(utilization !== undefined && { tokenUtilization: utilization }),
  };
}
