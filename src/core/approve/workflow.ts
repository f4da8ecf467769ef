// The steps of the approval workflow. Each reads the row and acts on what it says, so that a repetition changes nothing
// and tells people at most once more. A request that the catalog of now would not grant the same lapses here too.

import { createHash } from 'node:crypto';
import { findTask, type Place } from '../deps.ts';
import type { Catalog, Grant, GrantId, Task } from '../model.ts';
import type { Clock, GrantStore } from '../ports.ts';
import { grantEvent } from '../record/events.ts';
import { bindingCode } from './binding-code.ts';
import { readFacts } from './facts.ts';
import { everybodyOf, requestLink } from './findings.ts';
import type { ApprovalNotice, ApprovalWorkflow, DecisionStore, FindingStore, Notifier } from './ports.ts';
import { outcomeOf } from './rules.ts';
import { lapseChanged, taskStill } from './standing.ts';

/** What the steps need of the world. */
export interface WorkflowDeps {
  readonly catalog: Catalog;
  readonly place: Place;
  readonly grants: Pick<GrantStore, 'get' | 'end'>;
  readonly decisions: Pick<DecisionStore, 'takeOver' | 'keepWaiting' | 'woken'>;
  readonly workflow: Pick<ApprovalWorkflow, 'wake'>;
  readonly notifier: Notifier;
  readonly findings: Pick<FindingStore, 'putFinding'>;
  readonly count: (telling: Telling) => void;
  readonly clock: Clock;
  /** Of the console. */
  readonly origin: string;
}

/** What is counted of the workflow: each time that people are told. */
export interface Telling {
  readonly kind: ApprovalNotice['kind'];
  /** Since the request. */
  readonly waitedSeconds: number;
  /** Channels that did not take it. */
  readonly failed: readonly string[];
}

/** What the state machine asks for; the task token comes with `await` alone. */
export interface WorkflowStep {
  readonly step: 'opened' | 'await' | 'remind' | 'escalate' | 'close';
  readonly grantId: GrantId;
  readonly requestDigest: string;
  readonly taskToken?: string;
}

/** The reminders come after these shares of the time that is left when people are told, the escalation after the last. */
const FIRST_REMINDER_SHARE = 0.25;
const SECOND_REMINDER_SHARE = 0.5;
const ESCALATION_SHARE = 0.75;
/** Whom a channel, or a deployment under way, kept it from at the opening is reminded this soon. */
const TELL_AGAIN_SECONDS = 60;
/** The machine asks for the outcome this long after the request's end, by when every clock is past it. */
const AFTER_SECONDS = 1;

/** How a request stands, as the state machine branches on it; the last three are ends that no decision made. */
export type WorkflowOutcome =
  | 'pending'
  | 'approved'
  | 'denied'
  | 'lapsed'
  | 'killed'
  | 'failed'
  | 'withdrawn';

/** How a request ended that is not there. */
const NO_REQUEST = 'lapsed';

/** Performs one step. @returns what the state machine keeps of it */
export async function performStep(
  deps: WorkflowDeps,
  asked: WorkflowStep,
  requestId: string,
): Promise<Readonly<Record<string, string | number>>> {
  const grant = await deps.grants.get(asked.grantId);
  // an execution that somebody else started speaks of no request of ours
  if (grant === undefined || grant.requestDigest !== asked.requestDigest)
    return { ...waits(undefined, deps.clock()), status: NO_REQUEST };
  const task = await lapseIfDue(deps, grant, requestId);
  switch (asked.step) {
    case 'opened':
      return open(deps, grant, task);
    case 'remind':
      if (task) await tell(deps, grant, { kind: 'reminder', groups: task.approval.approvers });
      return {};
    case 'escalate':
      if (task) {
        const { approvers, escalateTo } = task.approval;
        await tell(deps, grant, { kind: 'escalation', groups: [...new Set([...approvers, ...escalateTo])] });
      }
      return {};
    case 'await':
      return keepWaiting(deps, grant, asked.taskToken);
    case 'close':
      return close(deps, grant.grantId);
  }
}

/** Takes the request over and tells people, unless this function's catalog does not know what they are asked. */
async function open(deps: WorkflowDeps, grant: Grant, task: Task | undefined) {
  const waiting = await deps.decisions.takeOver(grant.grantId, deps.clock());
  if (!waiting) return waits(undefined, deps.clock());
  const isTold =
    task !== undefined &&
    (await tell(deps, grant, { kind: 'opened', groups: task.approval.approvers })).length === 0;
  return waits(waiting, deps.clock(), isTold ? Number.POSITIVE_INFINITY : TELL_AGAIN_SECONDS);
}

/** @returns the task while the request waits and still means the same; otherwise it ends, where that is sure. */
async function lapseIfDue(deps: WorkflowDeps, grant: Grant, requestId: string): Promise<Task | undefined> {
  if (grant.status !== 'pending') return undefined;
  const at = deps.clock();
  const isLate = at.getTime() >= grant.expiresAt.getTime();
  const task = isLate ? undefined : taskStill(deps, grant);
  if (task !== undefined) return task;
  if (!isLate) {
    await lapseChanged(deps, { grant, now: at }, { requestId });
    return undefined;
  }
  const reason = 'nobody decided in time';
  const event = grantEvent('grant.ended', grant, { requestId, at, facts: { status: 'lapsed', reason } });
  const { grantId } = grant;
  await deps.grants.end({ grantId, status: 'lapsed', reason, at, from: ['pending'] }, event);
  return undefined;
}

/** Whole seconds of the four parts; together they end just after the request. Without one: over at once. */
function waits(
  grant: Grant | undefined,
  now: Date,
  mostOfFirst = Number.POSITIVE_INFINITY,
): Readonly<Record<string, string | number>> {
  if (grant === undefined)
    return {
      firstSeconds: 1,
      secondSeconds: 1,
      thirdSeconds: 1,
      fourthSeconds: 1,
      expiresAt: now.toISOString(),
    };
  const start = now.getTime();
  const left = grant.expiresAt.getTime() - start;
  let from = start;
  const until = (share: number, most = Number.POSITIVE_INFINITY) => {
    const seconds = Math.min(most, Math.max(1, Math.ceil((start + left * share - from) / 1000)));
    from += seconds * 1000;
    return seconds;
  };
  const firstSeconds = until(FIRST_REMINDER_SHARE, mostOfFirst);
  const secondSeconds = until(SECOND_REMINDER_SHARE);
  const thirdSeconds = until(ESCALATION_SHARE);
  const fourthSeconds = until(1) + AFTER_SECONDS;
  // whole seconds, since whoever waits may drop the rest
  const end = Math.ceil(grant.expiresAt.getTime() / 1000) + AFTER_SECONDS;
  const expiresAt = new Date(end * 1000).toISOString();
  return { firstSeconds, secondSeconds, thirdSeconds, fourthSeconds, expiresAt };
}

/** Keeps the token while people decide; a row that has moved meanwhile wakes at once. */
async function keepWaiting(deps: WorkflowDeps, grant: Grant, taskToken: string | undefined) {
  if (taskToken === undefined) return {};
  const row = await deps.decisions.keepWaiting(grant.grantId, taskToken);
  if (row?.status === 'pending') return {};
  await deps.workflow.wake(taskToken);
  await deps.decisions.woken(grant.grantId, taskToken);
  return {};
}

async function close(deps: WorkflowDeps, grantId: GrantId): Promise<Readonly<Record<string, string>>> {
  const grant = await deps.grants.get(grantId);
  const status = grant === undefined ? NO_REQUEST : standingOf(grant);
  if (grant !== undefined && status !== 'pending') await tell(deps, grant, ending(deps, grant, status));
  return { status };
}

/** That somebody approved alone is told to everybody, also when whoever recorded it died before telling. */
function ending(
  { catalog }: Pick<WorkflowDeps, 'catalog'>,
  { task: id, approvals }: Grant,
  status: Exclude<WorkflowOutcome, 'pending'>,
): Pick<ApprovalNotice, 'kind' | 'groups'> {
  const isAlone = status === 'approved' && approvals.some(({ decision }) => decision === 'break-glass');
  if (!isAlone) return { kind: status, groups: [] };
  const task = findTask(catalog, id);
  return { kind: 'break-glass', groups: task ? everybodyOf(task.approval) : [] };
}

function standingOf(grant: Grant): WorkflowOutcome {
  const { status } = grant;
  switch (status) {
    case 'pending':
    case 'denied':
    case 'lapsed':
    case 'killed':
    case 'failed':
      return status;
    case 'reserved':
      // no person is asked about it
      return 'failed';
    case 'completed':
      // an agent ends its grant whenever it likes: before anybody decided, it took the request back
      return wasApproved(grant) ? 'approved' : 'withdrawn';
    case 'approved':
    case 'active':
    case 'expired':
      return wasApproved(grant) ? 'approved' : 'failed';
  }
}

/** Whether the decisions on the row approve, by the rule that people signed; a status alone says nothing. */
function wasApproved(grant: Grant): boolean {
  try {
    return outcomeOf(readFacts(grant).approval, grant.approvals) === 'approved';
  } catch {
    return false;
  }
}

/**
 * A channel that is down ends nothing: the failure is a finding, and the next step tells again.
 * @returns the channels that failed
 */
async function tell(
  deps: WorkflowDeps,
  grant: Grant,
  about: Pick<ApprovalNotice, 'kind' | 'groups'>,
): Promise<readonly string[]> {
  const { grantId, requestDigest, agent, task, environment, expiresAt } = grant;
  const failed = await deps.notifier.notify({
    ...about,
    grantId,
    requestDigest,
    agent,
    task,
    environment,
    expiresAt,
    bindingCode: bindingCode(grantId, requestDigest),
    link: requestLink(deps.origin, grantId),
  });
  const at = deps.clock();
  const waitedSeconds = Math.round((at.getTime() - grant.requestedAt.getTime()) / 1000);
  deps.count({ kind: about.kind, waitedSeconds, failed });
  if (failed.length === 0) return failed;
  const hash = createHash('sha256').update(`${grantId} ${about.kind}`).digest('hex').slice(0, 16);
  await deps.findings.putFinding({
    findingId: `${grant.requestedAt.toISOString()}#notification-failed#${hash}`,
    kind: 'notification-failed',
    severity: 'medium',
    at,
    sentence: `People could not be told (${about.kind}) of ${task} by ${failed.join(', ')}; the request still waits.`,
    agent,
    task,
    grantId,
  });
  return failed;
}
