// The row of a new grant, complete before any power exists: who, what exactly, until when, under which catalog.

import type { ExchangeDeps } from '../deps.ts';
import { renderPermissions } from '../iam/render.ts';
import { taskRoleArn } from '../iam/role.ts';
import type {
  Grant,
  GrantHandle,
  GrantId,
  Parameters,
  Person,
  RegisteredAgent,
  Ruling,
  Task,
} from '../model.ts';
import type { Caller } from '../verify/caller.ts';
import { hashHandle } from '../verify/handle.ts';
import { digestOfText, factsText } from './digest.ts';
import { addSeconds, leaseEnd } from './lifetime.ts';

/** What a new grant is made of. */
export interface GrantFacts {
  readonly grantId: GrantId;
  readonly handle: GrantHandle;
  readonly caller: Caller;
  readonly agent: RegisteredAgent;
  readonly task: Task;
  readonly parameters: Parameters;
  readonly purpose: string;
  readonly ruling: Ruling;
  readonly now: Date;
}

type Under = Pick<ExchangeDeps, 'catalog' | 'place'>;

/** A `reserved` row with the end of its first lease, or a `pending` one that waits for people. */
export function openGrant(deps: Under, facts: GrantFacts): Grant {
  const { agent, task, caller, now, ruling } = facts;
  const pending = ruling.outcome === 'needs-approval';
  const lives = pending ? task.approval.expiresAfterSeconds : task.maxDurationSeconds;
  const expiresAt = addSeconds(now, lives);
  const text = factsUnder(deps, {
    ...facts,
    agentId: agent.id,
    owner: agent.owner,
    workload: workloadOf(caller),
    requestedAt: now,
  });
  return {
    grantId: facts.grantId,
    agent: agent.id,
    owner: agent.owner,
    task: task.id,
    environment: task.environment,
    account: accountOf(deps, task),
    parameters: facts.parameters,
    purpose: facts.purpose,
    status: pending ? 'pending' : 'reserved',
    ruling,
    catalogDigest: deps.catalog.digest,
    requestDigest: digestOfText(text),
    ...(pending && { facts: text }),
    workload: { ...workloadOf(caller), assertionId: caller.workload.assertionId },
    handleHash: hashHandle(facts.handle),
    ...(caller.proof && { boundKey: caller.proof.thumbprint, proofIssuedAt: caller.proof.issuedAt }),
    requestedAt: now,
    expiresAt,
    leaseSeconds: task.leaseSeconds,
    ...(task.leases !== undefined && { maxLeases: task.leases }),
    leaseCount: pending ? 0 : 1,
    ...(!pending && { leaseExpiresAt: leaseEnd(now, task.leaseSeconds, expiresAt) }),
    roleArn: taskRoleArn(task, deps.place),
    approvals: [],
  };
}

/** Account the task acts in: `self` is the one Remit is deployed in. */
export function accountOf(deps: Pick<Under, 'place'>, task: Task): string {
  return task.account === 'self' ? deps.place.account : task.account;
}

interface DigestFacts {
  readonly grantId: GrantId;
  readonly agentId: string;
  readonly workload: { readonly issuer: string; readonly subject: string };
  readonly owner: Pick<Person, 'issuer' | 'subject'>;
  readonly requestedAt: Date;
  readonly task: Task;
  readonly parameters: Parameters;
}

/** The request digest of these facts under the current catalog; equal to the row's while nothing changed. */
export function digestUnder(deps: Under, facts: DigestFacts): string {
  return digestOfText(factsUnder(deps, facts));
}

/** The facts themselves, as people see and sign them. */
export function factsUnder(deps: Under, facts: DigestFacts): string {
  const account = accountOf(deps, facts.task);
  return factsText({
    grantId: facts.grantId,
    agent: facts.agentId,
    workload: facts.workload,
    owner: facts.owner,
    requestedAt: facts.requestedAt,
    task: facts.task,
    parameters: facts.parameters,
    account,
    permissions: renderPermissions(facts.task, facts.parameters, {
      partition: deps.place.partition,
      account,
    }),
  });
}

function workloadOf(caller: Caller): { issuer: string; subject: string } {
  return { issuer: caller.workload.issuer.issuer, subject: caller.workload.subject };
}
