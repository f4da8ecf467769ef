// A lease as a token response (RFC 8693 §2.2.1): the access token is the `credential_process` JSON in base64url.

import type { Grant, GrantHandle, Lease } from '../../core/model.ts';
import type { Answer } from './answer.ts';
import { writeAuthorizationDetails } from './authorization-details.ts';
import { AWS_CREDENTIALS_TYPE } from './token-request.ts';

/** The answer that carries a lease; the handle only the first time. */
export function leaseAnswer(issued: { grant: Grant; lease: Lease; handle?: GrantHandle }, now: Date): Answer {
  const { grant, lease, handle } = issued;
  return {
    status: 200,
    body: {
      access_token: encode(lease),
      issued_token_type: AWS_CREDENTIALS_TYPE,
      token_type: 'N_A',
      expires_in: Math.max(0, Math.floor((lease.expiresAt.getTime() - now.getTime()) / 1000)),
      authorization_details: writeAuthorizationDetails(grant),
      grant_id: grant.grantId,
      ...(handle !== undefined && { grant_handle: handle }),
      grant_expires_at: grant.expiresAt.toISOString(),
      lease_kind: lease.kind,
    },
  };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
function encode({ credentials, expiresAt }: Lease): string {
  const text = JSON.stringify({
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    // whole seconds: some SDKs cannot read fractions
    Expiration: expiresAt.toISOString().replace(/\.\d+Z$/, 'Z'),
  });
  return Buffer.from(text).toString('base64url');
}
