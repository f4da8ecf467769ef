// A request as its approvers see it, for the terminal: what the facts say, which the digest covers, apart from what
// only the row, the catalog or the agent says. Facts that do not belong to their digest are never printed as if they did.

import { bindingCode } from '../src/core/approve/binding-code.ts';
import { type ReadFacts, readFacts } from '../src/core/approve/facts.ts';
import type { Grant, Person, Task } from '../src/core/model.ts';
import { CliError } from './failure.ts';
import { printable } from './print.ts';

const OF_CATALOG = 'as your catalog has it; no part of what is signed';

/** A row of which the facts were verified. */
export interface Request {
  readonly grant: Grant;
  readonly facts: ReadFacts;
  /** `XXXX-XXXX`. */
  readonly code: string;
  /** People who have approved so far. */
  readonly approved: number;
}

/** @returns undefined for a grant that nobody had to decide. @throws CliError when facts and digest do not fit */
export function readRequest(grant: Grant): Request | undefined {
  if (grant.facts === undefined) return undefined;
  try {
    const facts = readFacts(grant);
    const approved = grant.approvals.filter(({ decision }) => decision !== 'deny').length;
    return { grant, facts, code: bindingCode(grant.grantId, grant.requestDigest), approved };
  } catch (cause) {
    throw new CliError(
      `The facts of ${grant.grantId} do not belong to the digest that people sign; decide nothing.`,
      { fix: 'tell the operators of Remit: the row was changed by other means than Remit', cause },
    );
  }
}

/** What is told beside the facts, as far as it is known here; no part of what is signed. */
export interface Beside {
  /** Page of the request. */
  readonly link?: string | undefined;
  /** The task in the reader's catalog. */
  readonly task?: Pick<Task, 'title' | 'idempotency' | 'outlivesLease'> | undefined;
  /** What stands out, in sentences. */
  readonly unusual?: readonly string[];
}

/** Every fact, and what is said beside them. */
export function requestLines({ grant, facts, code, approved }: Request, beside: Beside = {}): string[] {
  const { link, task, unusual = [] } = beside;
  const { approval, duration } = facts;
  const leases =
    duration.leases === null ? 'leases' : `${duration.leases} lease${duration.leases === 1 ? '' : 's'}`;
  return [
    line('request', grant.grantId),
    line('code', code),
    line('status', statusOf(grant, approval.quorum, approved)),
    ...unusual.map((sentence) => line('unusual', sentence)),
    ...warnings(duration, task),
    line('agent', `${facts.agent}, owned by ${nameOf(grant.owner)}`),
    line('asked at', facts.requestedAt),
    line('workload', `${facts.workload.subject} of ${facts.workload.issuer}`),
    ...(task === undefined ? [] : [line('title', `${task.title} (${OF_CATALOG})`)]),
    line('task', `${facts.task} in ${facts.environment}, account ${facts.account}`),
    ...Object.entries(facts.parameters).map(([name, value]) => line(`  ${name}`, String(value))),
    line('for', `${leases} of ${duration.lease} s each, within ${duration.maxDuration} s of the first`),
    line('it could', ''),
    ...facts.permissions.flatMap(permissionLines),
    line('decided by', `${approval.quorum} of ${approval.approvers.join(', ')}`),
    ...(approval.breakGlass === undefined ? [] : [line('break glass', approval.breakGlass)]),
    ...grant.approvals.map(({ decision, approver, decidedAt, reason }) =>
      line(`  ${decision}`, `${nameOf(approver)}, ${decidedAt.toISOString()}${reason ? `: ${reason}` : ''}`),
    ),
    line('purpose', `${JSON.stringify(grant.purpose)} (the agent's own words; no part of what is signed)`),
    line('digest', `${grant.requestDigest}, computed again from these facts`),
    ...(link === undefined ? [] : [line('decide at', link)]),
  ];
}

function statusOf({ status, expiresAt }: Grant, quorum: number, approved: number): string {
  if (status !== 'pending') return status;
  return `pending, ${approved} of ${quorum} approved; lapses at ${expiresAt.toISOString()}`;
}

/** What the console warns of too: an act that the lease lets be done again, and what lives on after it. */
function warnings({ lease, leases }: ReadFacts['duration'], task: Beside['task']): string[] {
  const named = task?.idempotency === undefined ? 'the task names none' : task.idempotency;
  const outlives = task?.outlivesLease;
  return [
    ...(leases !== 1
      ? []
      : [
          line('warning', `the act could be repeated within its one lease of ${lease} s`),
          line(
            'idempotency',
            task === undefined
              ? 'not known: your catalog does not have the task'
              : `${named} (${OF_CATALOG})`,
          ),
        ]),
    ...(outlives === undefined
      ? []
      : [line('warning', `what it makes may live longer than its lease: ${outlives} (${OF_CATALOG})`)]),
  ];
}

function permissionLines({ Action, Resource, Condition }: ReadFacts['permissions'][number]): string[] {
  const list = (value: string | readonly string[] | undefined) => [value ?? []].flat().join(', ');
  return [
    line(`  ${list(Action)}`, list(Resource)),
    ...(Condition === undefined ? [] : [line('    only when', JSON.stringify(Condition))]),
  ];
}

function nameOf({ name, subject, issuer }: Person): string {
  return `${name ?? subject} (${subject} of ${issuer})`;
}

function line(name: string, value: string): string {
  return printable(`${name.padEnd(18)} ${value}`).trimEnd();
}
