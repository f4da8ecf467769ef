// What an agent did with what it may do, as its grants tell it: by task, and by identity. Read to a bound, and said
// when the bound was reached: what was not read is never taken for not used.

import type { Binding, Grant, RegisteredAgent } from '../model.ts';
import type { GrantSummary } from '../ports.ts';
import type { QuestionPorts } from '../questions/question.ts';
import { eachOf } from '../questions/read-agents.ts';
import { list, longestLifeMs, ROWS_READ } from '../questions/read-grants.ts';

/** Grants are kept this long after their end: older use is not known. */
const KNOWN_DAYS = 90;
/** A review looks back this far at least, also when the last one was yesterday. */
const SHORTEST_LOOK_DAYS = 30;

/** One task as it was asked for and used. */
export interface TaskUse {
  readonly task: string;
  /** Requests, also those that came to nothing. */
  readonly asked: number;
  /** Grants. */
  readonly count: number;
  /** Leases made under them. */
  readonly leases: number;
  /** Of the first and the last request. */
  readonly first: Date;
  readonly last: Date;
}

/** All that is known of an agent's use. */
export interface Use {
  readonly since: Date;
  /** By task, the most recent first. */
  readonly tasks: readonly TaskUse[];
  /** Not all of it could be read. */
  readonly partial: boolean;
  /** Identities that no request came from; undefined when that is not known. */
  readonly unusedBindings: readonly Binding[] | undefined;
}

/** Where a look begins: at the last review, or where knowledge begins. */
export function lookBegins({ review }: Pick<RegisteredAgent, 'review'>, now: Date): Date {
  const latest = now.getTime() - SHORTEST_LOOK_DAYS * 86_400_000;
  const known = now.getTime() - KNOWN_DAYS * 86_400_000;
  return new Date(review === undefined ? known : Math.min(review.at.getTime(), latest));
}

/** Reads it. */
export async function readUse(
  ports: Pick<QuestionPorts, 'catalog' | 'grants' | 'clock'>,
  agent: RegisteredAgent,
): Promise<Use> {
  const since = lookBegins(agent, ports.clock());
  // one asked for before may have been used since
  const from = new Date(since.getTime() - longestLifeMs(ports));
  const { items, isCut } = await list(ports, { agent: agent.id, from });
  return {
    since,
    tasks: byTask(items),
    partial: isCut,
    unusedBindings: await findUnused(ports, agent, { grants: items, isCut }),
  };
}

function byTask(grants: readonly GrantSummary[]): TaskUse[] {
  const found = new Map<string, TaskUse>();
  for (const grant of grants) {
    const { task, requestedAt: at } = grant;
    const seen = found.get(task) ?? { task, asked: 0, count: 0, leases: 0, first: at, last: at };
    const leases = leasesOf(grant);
    found.set(task, {
      task,
      asked: seen.asked + 1,
      count: seen.count + (leases > 0 || grant.status === 'approved' ? 1 : 0),
      leases: seen.leases + leases,
      first: at < seen.first ? at : seen.first,
      last: at > seen.last ? at : seen.last,
    });
  }
  return [...found.values()].sort((one, other) => other.last.getTime() - one.last.getTime());
}

/** The lease of a grant that failed was never handed over. */
function leasesOf({ status, leaseCount }: GrantSummary): number {
  return status === 'failed' || status === 'reserved' ? Math.max(0, leaseCount - 1) : leaseCount;
}

/** Rows are read until every identity has been seen. */
async function findUnused(
  { grants: store }: Pick<QuestionPorts, 'grants'>,
  { bindings }: RegisteredAgent,
  { grants, isCut }: { readonly grants: readonly GrantSummary[]; readonly isCut: boolean },
): Promise<readonly Binding[] | undefined> {
  const batch = 20;
  let unused = [...bindings];
  let at = 0;
  for (; at < Math.min(grants.length, ROWS_READ) && unused.length > 0; at += batch) {
    const rows = await eachOf(grants.slice(at, at + batch), ({ grantId }) => store.get(grantId));
    unused = unused.filter((binding) => !rows.some((row) => row !== undefined && cameFrom(row, binding)));
  }
  const sawAll = at >= grants.length && !isCut;
  return unused.length === 0 || sawAll ? unused : undefined;
}

function cameFrom({ workload }: Grant, { issuer, subject }: Binding): boolean {
  return workload.issuer === issuer && workload.subject === subject;
}
