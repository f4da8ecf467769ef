// A grant to start a test from.

import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { ApprovalWorkflow } from '../../src/core/approve/ports.ts';
import type { Grant, GrantId, RoleArn } from '../../src/core/model.ts';
import type { AuditEvent } from '../../src/core/ports.ts';
import { hashHandle, newHandle } from '../../src/core/verify/handle.ts';

export const NOW = new Date('2026-11-24T10:00:00.000Z');
const secureBytes = { bytes: (count: number) => randomBytes(count) };

/** A fresh grant id. */
export function freshGrantId(): GrantId {
  return ulid(NOW.getTime()) as GrantId;
}

/** A reserved grant with a minute's first lease, changed as the test wants. */
export function sampleGrant(changes: Partial<Grant> = {}): Grant {
  const grantId = changes.grantId ?? freshGrantId();
  return {
    grantId,
    agent: 'billing-agent',
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    task: 'export-invoices',
    environment: 'prod',
    account: '111122223333',
    parameters: { customer: 'cus_12345678', month: '2026-10' },
    purpose: 'monthly statement',
    status: 'reserved',
    ruling: { outcome: 'allowed', policies: ['billing.cedar#1'] },
    catalogDigest: 'sha256:c1',
    requestDigest: 'sha256:r1',
    workload: { issuer: 'https://issuer.acme.dev', subject: 'billing', assertionId: 'jti-1' },
    handleHash: hashHandle(newHandle(grantId, secureBytes)),
    requestedAt: NOW,
    expiresAt: new Date(NOW.getTime() + 1_800_000),
    leaseSeconds: 60,
    leaseCount: 1,
    leaseExpiresAt: new Date(NOW.getTime() + 60_000),
    roleArn: 'arn:aws:iam::111122223333:role/remit/remit-task-export-invoices' as RoleArn,
    approvals: [],
    ...changes,
  };
}

/** An event for a write whose event does not matter. */
export function sampleEvent(type = 'grant.reserved'): AuditEvent {
  return { type, at: NOW, requestId: 'request-1', facts: {} };
}

/** A workflow that nobody needs: a test whose grants wait for no people fails when it is asked. */
export const NO_WORKFLOW: ApprovalWorkflow = {
  start: () => Promise.reject(new Error('no workflow here')),
  wake: () => Promise.reject(new Error('no workflow here')),
};
