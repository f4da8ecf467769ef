// The story of a grant from its row.

import { expect, test } from 'vitest';
import type { Approval, Grant } from '../../../src/core/model.ts';
import { timelineOf } from '../../../src/core/record/timeline.ts';
import { NOW, sampleGrant } from '../../support/grant.ts';

const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const ben = { issuer: 'https://login.acme.dev', subject: 'ben' };
const decision = (changes: Partial<Approval>): Approval => ({
  approver: ben,
  decision: 'approve',
  requestDigest: 'sha256:r1',
  decidedAt: after(20),
  evidenceId: 'e1',
  ...changes,
});

/** Without its lease, as a request waits. */
function waiting(changes: Partial<Grant>): Grant {
  const { leaseExpiresAt: _, ...rest } = sampleGrant({ leaseCount: 0, status: 'pending', ...changes });
  return rest;
}

test('[PAPI-9] a grant that people decided on tells who asked, ruled, decided, and how it ended', () => {
  const grant = sampleGrant({
    status: 'completed',
    ruling: { outcome: 'needs-approval', policies: ['billing.cedar#1'] },
    workflowAt: after(1),
    approvals: [decision({ reason: 'as agreed' })],
    redeemedAt: after(25),
    leaseExpiresAt: after(85),
    leaseKind: 'scoped',
    endedAt: after(60),
    endReason: 'completed by the agent',
  });
  expect(timelineOf(grant)).toEqual([
    { at: NOW, what: 'requested', by: 'billing-agent', detail: 'monthly statement' },
    { at: NOW, what: 'ruled', detail: 'needs-approval by billing.cedar#1' },
    { at: after(1), what: 'workflow-started' },
    { at: after(20), what: 'approve', by: ben, detail: 'as agreed' },
    { at: after(25), what: 'redeemed', by: 'billing-agent' },
    { at: after(60), what: 'ended', detail: 'completed: completed by the agent' },
    { at: after(85), what: 'lease-ends', detail: 'the one lease, scoped' },
  ]);
});

test('[PAPI-9] break-glass is told as what it is', () => {
  const grant = waiting({ approvals: [decision({ decision: 'break-glass', reason: 'incident 7' })] });
  expect(timelineOf(grant)).toContainEqual({
    at: after(20),
    what: 'break-glass',
    by: ben,
    detail: 'incident 7',
  });
});

test('a grant that still waits has no lease and no end', () => {
  expect(timelineOf(waiting({})).map(({ what }) => what)).toEqual(['requested', 'ruled']);
});
