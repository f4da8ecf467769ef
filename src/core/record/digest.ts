// Digests over canonical JSON (RFC 8785): what a request is, and what it would grant. The request digest is what
// approvers see and sign, what Step Functions carries and what every mint compares again.

import { createHash } from 'node:crypto';
import type { ApprovalRule, Grant, GrantId, Parameters, Person, PolicyStatement, Task } from '../model.ts';
import { canonicalText } from './canonical.ts';

/** `sha256:<hex>` over the canonical JSON of `value`. */
export function digestOf(value: unknown): string {
  return digestOfText(canonicalText(value));
}

/** `sha256:<hex>` of a text in UTF-8. */
export function digestOfText(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** What one request would grant; every member is part of what a person signs. */
export interface RequestFacts {
  readonly grantId: GrantId;
  readonly agent: string;
  readonly workload: Pick<Grant['workload'], 'issuer' | 'subject'>;
  /** Of the agent, when it asked: who may not decide. */
  readonly owner: Pick<Person, 'issuer' | 'subject'>;
  /** Passkeys that came later do not decide, and time runs from here. */
  readonly requestedAt: Date;
  readonly task: Task;
  readonly parameters: Parameters;
  readonly account: string;
  readonly permissions: readonly PolicyStatement[];
}

/**
 * The request as canonical JSON: grant, who, when, what exactly, where, for how long, and who has to agree. Approvers see
 * what this text says, and whoever has it can compute the digest again.
 */
export function factsText(facts: RequestFacts): string {
  const { task } = facts;
  const approval: ApprovalRule = task.approval;
  return canonicalText({
    grantId: facts.grantId,
    agent: facts.agent,
    workload: { issuer: facts.workload.issuer, subject: facts.workload.subject },
    owner: { issuer: facts.owner.issuer, subject: facts.owner.subject },
    requestedAt: facts.requestedAt.toISOString(),
    task: task.id,
    parameters: facts.parameters,
    environment: task.environment,
    account: facts.account,
    permissions: facts.permissions,
    duration: {
      lease: task.leaseSeconds,
      maxDuration: task.maxDurationSeconds,
      leases: task.leases ?? null,
    },
    approval,
  });
}
