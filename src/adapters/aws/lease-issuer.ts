// STS: AssumeRole on the task role, then GetScopedCredentials on that session. The parent credentials live in
// memory for the length of one call; nothing here logs a request or an answer.

import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  type Credentials,
  GetScopedCredentialsCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
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
/** Names by which a region or partition says that it lacks the API, or an account that it may not use it. */
const SCOPE_DOWN_MISSING = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InvalidAction',
  'UnknownOperationException',
  'RegionDisabledException',
]);

interface LeaseIssuerOptions {
  /** Of the function's own role. */
  readonly client: STSClient;
  /** A client of the session just assumed, over the connections of `client`. */
  clientOf(session: ScopeDownRequest['session']): STSClient;
}

/** @throws Refusal `credentials_unavailable`, `misconfigured`. */
export function createLeaseIssuer({ client, clientOf }: LeaseIssuerOptions): CredentialIssuer {
  return {
    async assumeRole(request) {
      const answer = await guarded('credentials_unavailable', () => assume(client, request));
      return issued(answer.Credentials, answer.SessionTokenUtilization);
    },
    async scopeDown(request) {
      const command = new GetScopedCredentialsCommand({
        Policy: request.policy,
        DurationSeconds: request.durationSeconds,
        ScopedSessionDescription: request.description,
      });
      try {
        const answer = await clientOf(request.session).send(command);
        return issued(answer.Credentials, answer.SessionTokenUtilization);
      } catch (cause) {
        // the dated Deny of the session policy bounds the lease without it
        if (SCOPE_DOWN_MISSING.has(nameOf(cause))) return undefined;
        return guarded('credentials_unavailable', () => Promise.reject(cause));
      }
    },
  };
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
