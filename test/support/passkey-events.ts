// Events of passkeys for tests that are about something else.

import type { AuditEvent } from '../../src/core/ports.ts';

/** Id of the request that a test stands for. */
export const REQUEST = 'request-of-the-test';

/** A person's row is written with an event, always. */
export const ENROLLED: AuditEvent = {
  type: 'passkey.enrolled',
  at: new Date('2026-11-24T12:00:00Z'),
  requestId: REQUEST,
  facts: { credentialId: 'of the test' },
};
