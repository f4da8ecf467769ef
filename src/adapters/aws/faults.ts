// What a failed AWS call means to a caller: worth trying again, or ours to mend. The SDK's own message may name
// resources, so it goes to `cause` for the log and never to the answer.

import { Refusal, type RefusalCode } from '../../core/refusal.ts';

/** Errors that trying again cannot mend: permissions, missing resources, malformed calls. */
const OURS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthFailure',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'MalformedPolicyDocumentException',
  'NoSuchBucket',
  'PackedPolicyTooLargeException',
  'RegionDisabledException',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
  'ValidationError',
  'ValidationException',
]);

/** Whether a conditional write found its condition false. */
export function conditionFailed(error: unknown): boolean {
  return nameOf(error) === 'ConditionalCheckFailedException';
}

/** The AWS error code, or the network error's. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/** Whether AWS said "too fast" until our retries were used up. */
export function isThrottle({ detail = '' }: Pick<Refusal, 'detail'>): boolean {
  return /Throttl|TooManyRequests|ProvisionedThroughput|RequestLimit/.test(detail);
}

/** Runs `call`; a failure becomes `whenTransient`, or `misconfigured` when it is ours. */
export async function guarded<Result>(
  whenTransient: Extract<RefusalCode, 'store_unavailable' | 'credentials_unavailable'>,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof Refusal || conditionFailed(cause)) throw cause;
    const code = OURS.has(nameOf(cause)) ? 'misconfigured' : whenTransient;
    throw new Refusal(code, { detail: nameOf(cause), cause });
  }
}
