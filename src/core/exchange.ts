// The product in one page. A workload identity goes in, a lease on one task comes out:
// verify, identify, authorize, reserve, issue, activate. Record before power: no key without a row.

import { requireDecided } from './approve/await-decision.ts';
import { requireAsIssued } from './authorize/as-issued.ts';
import { authorize, authorizeAgain } from './authorize/authorize.ts';
import { agentOf, readActiveAgent, requireNamed, requireReviewed } from './authorize/identify.ts';
import { takeRoom } from './budget/room.ts';
import { redeeming, spend } from './budget/spend.ts';
import type { ExchangeDeps, RequestContext } from './deps.ts';
import { issueFirstLease } from './issue/first-lease.ts';
import { handOver, type Issued } from './issue/hand-over.ts';
import type { GrantHandle, TaskRequest } from './model.ts';
import { announceLease } from './record/announce-lease.ts';
import { digestOf } from './record/digest.ts';
import { openGrant } from './record/open-grant.ts';
import { type NamedGrant, requireOwn } from './record/own-grant.ts';
import { reserve } from './record/reserve.ts';
import { repeatedAssertion, repeatedRequest } from './record/retry.ts';
import { requireRenewable } from './record/state.ts';
import { newTicket } from './record/ticket.ts';
import { type Credentials, verifyCaller } from './verify/caller.ts';
import { hashHandle } from './verify/handle.ts';
import { recordUse } from './verify/replay.ts';

/** A request for a new task. */
export interface NewTask {
  readonly shown: Credentials;
  readonly asked: Omit<TaskRequest, 'parameters'> & { readonly parameters: unknown };
  /** Names this request; a retry with the same key finds its grant. */
  readonly idempotencyKey?: string;
}

/** A request for the next lease of a grant; by poll while people decide. */
export interface Renewal {
  readonly shown: Credentials;
  readonly named: NamedGrant;
  /** Asked by CIBA poll: it redeems an approval once, and renews nothing that people approved. */
  readonly byPoll?: boolean;
}

/** A first lease comes with the handle that all later calls name the grant by. */
export interface Started extends Issued {
  readonly handle: GrantHandle;
}

/**
 * Trades a workload identity for the first lease of a new grant.
 * @throws Refusal, `grant_pending` among them when people have to decide
 */
export async function startTask(
  deps: ExchangeDeps,
  request: NewTask,
  context: RequestContext,
): Promise<Started> {
  const now = deps.clock();
  const caller = await verifyCaller(deps, request.shown, now);
  const { workload } = caller;
  context.log.note({ issuer: workload.issuer.issuer, subject: workload.subject, task: request.asked.task });
  const ticket = newTicket(deps.random, { workload, idempotencyKey: request.idempotencyKey }, now);
  const use = {
    requestHash: digestOf(request.asked),
    grantId: ticket.grantId,
    fallbackBinding: `handle:${hashHandle(ticket.handle)}`,
  };
  // a bound assertion is tied only once something is granted: a refused request must not use it up
  const tiesLater = workload.issuer.replay === 'bound';
  const [earlier, entry] = await Promise.all([
    tiesLater ? undefined : recordUse(deps, caller, use),
    deps.registry.findWorkload(workload.issuer.issuer, workload.subject),
  ]);
  if (earlier !== undefined) throw await repeatedAssertion(deps, caller, earlier);

  const id = agentOf(workload, entry);
  // before anything can be refused to it: the trail tells refusals by agent
  context.log.note({ agent: id });
  const { issuer } = workload.issuer;
  const agent = await readActiveAgent(deps, { agent: id, task: request.asked.task, issuer });
  requireNamed(agent, workload);
  requireReviewed(agent, now);
  const { task, parameters, ruling } = authorize(deps, { agent, caller }, request.asked);
  context.log.note({ ruling: ruling.outcome, policies: ruling.policies.join(' ') });

  const isNamed = request.idempotencyKey !== undefined;
  const admitted = { ...ticket, caller, agent, task, parameters, ruling, now, isNamed };
  const tie = async () => (tiesLater ? recordUse(deps, caller, use) : undefined);
  const tied = await takeRoom(deps, { admitted, tie }, context);
  if (tied !== undefined) throw await repeatedAssertion(deps, caller, tied);
  const { purpose } = request.asked;
  const opened = openGrant(deps, { ...admitted, purpose });
  const grant = await reserve(deps, { opened, caller, task, handle: ticket.handle }, context);
  const issued = await issueFirstLease(deps, { grant, task }, context);
  return { ...issued, handle: ticket.handle };
}

/**
 * Checks everything again and issues the next lease of an active grant, or the first of one that people approved.
 * @throws Refusal, `grant_pending` while people decide, `renewal_too_early` while the lease in hand is fresh
 */
export async function renewLease(
  deps: ExchangeDeps,
  request: Renewal,
  context: RequestContext,
): Promise<Issued> {
  const now = deps.clock();
  const caller = await verifyCaller(deps, request.shown, now);
  const { workload } = caller;
  context.log.note({
    issuer: workload.issuer.issuer,
    subject: workload.subject,
    grantId: request.named.grantId,
  });
  const found = await deps.grants.getWithWorkload(
    request.named.grantId,
    workload.issuer.issuer,
    workload.subject,
  );
  const grant = requireOwn(found.grant, caller, request.named);
  context.log.note({ agent: grant.agent, task: grant.task });
  const [earlier, agent] = await Promise.all([
    recordUse(deps, caller, {
      requestHash: digestOf(['renew', grant.grantId]),
      grantId: grant.grantId,
      fallbackBinding: `handle:${grant.handleHash}`,
      proofHeldByGrant: true,
    }),
    readActiveAgent(deps, {
      agent: agentOf(workload, found.workload),
      task: grant.task,
      issuer: workload.issuer.issuer,
    }),
  ]);
  requireNamed(agent, workload);
  if (earlier !== undefined) throw repeatedRequest(grant);
  await requireDecided(deps, { grant, caller, now, byPoll: request.byPoll === true }, context);
  requireRenewable(grant, now);
  const task = await authorizeAgain(deps, { grant, agent, now }, context);
  requireAsIssued({ grant, task, agent });
  if (grant.status === 'approved') await spend(deps, redeeming(grant, agent, task));
  const announced = await announceLease(deps, { grant, caller, task, now }, context);
  return handOver(deps, { grant: announced, task, startedAt: now }, context);
}
