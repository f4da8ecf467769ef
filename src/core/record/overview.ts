// Numbers for people: what is open and leased now, how many grants a day, agents by status, how long kills took. All
// from indexes, in bounded work; what could not be counted is said, never guessed.

import { readUntil } from '../audit/bounded-reader.ts';
import type { TrailReader } from '../audit/ports.ts';
import type { KillBook, KillRecord, Switches } from '../kill/ports.ts';
import type { Stop } from '../kill/stop.ts';
import type { AgentBook } from '../lifecycle/ports.ts';
import type { AgentStatus, Catalog, GrantStatus } from '../model.ts';
import type { Clock, GrantStore, GrantSummary } from '../ports.ts';
import { refusalsByCode } from '../questions/refused.ts';
import { addSeconds } from './lifetime.ts';
import { OPEN_SHARDS } from './sweep.ts';

const PAGE = 100;
/** Pages of each shard of open grants, and of all tasks together, that are counted. */
const OPEN_PAGES = 10;
const TASK_PAGES = 100;
const AGENT_PAGE = 1000;
const AGENT_PAGES = 5;
/** The trail is read for so long. */
const TRAIL_SECONDS = 5;
/** Kills whose times are shown. */
const MOST_KILLS = 200;
const STATUSES: readonly AgentStatus[] = ['proposed', 'active', 'suspended', 'retired'];
/** Upper ends of the classes of time-to-dead, in seconds; the last one is open. */
const CLASSES = [15, 60, 120, 300, 900] as const;

/** What the overview reads. */
export interface OverviewDeps {
  readonly grants: Pick<GrantStore, 'listOpen' | 'listByTask'>;
  readonly agents: Pick<AgentBook, 'listByStatus'>;
  readonly kills: Pick<KillBook, 'listOpen' | 'listSettled'>;
  readonly switches: Pick<Switches, 'listOn'>;
  readonly catalog: Pick<Catalog, 'tasks'>;
  /** Absent: there is no audit trail to read, or it is not this function's to read. */
  readonly trail?: TrailReader;
  readonly clock: Clock;
}

export interface Overview {
  readonly now: {
    readonly openGrants: number;
    /** Grants with a credential that works now. */
    readonly leases: number;
    /** The same by task, most first. */
    readonly leasesByTask: readonly { readonly task: string; readonly count: number }[];
    /** Requests that people have to decide. */
    readonly waiting: number;
    readonly agents: Readonly<Record<AgentStatus, number>>;
    readonly stops: readonly Stop[];
  };
  /** Grants asked for, by UTC day and status. */
  readonly grantsPerDay: readonly {
    readonly day: string;
    readonly counts: Partial<Record<GrantStatus, number>>;
  }[];
  /** Empty without an audit trail to read; `notCounted` says so. */
  readonly refusalsByCode: readonly { readonly code: string; readonly count: number }[];
  readonly timeToDead: readonly { readonly bucket: string; readonly count: number }[];
  readonly kills: readonly Pick<
    KillRecord,
    'killId' | 'scope' | 'change' | 'ended' | 'deadBy' | 'settledAt' | 'secondsToDead'
  >[];
  /** What the numbers leave out, as sentences. */
  readonly notCounted: readonly string[];
}

/** Counts. @param days how far back, today included */
export async function makeOverview(deps: OverviewDeps, days: number): Promise<Overview> {
  const now = deps.clock();
  const first = addSeconds(startOfDay(now), -(days - 1) * 86_400);
  const [open, asked, agents, running, settled, stops, refused] = await Promise.all([
    readOpen(deps),
    readAsked(deps, first),
    countAgents(deps),
    deps.kills.listOpen(),
    deps.kills.listSettled(first, MOST_KILLS),
    deps.switches.listOn(),
    countRefusals(deps, first),
  ]);
  return {
    now: { ...countOpen(open.found, now), agents: agents.counts, stops },
    grantsPerDay: perDay(asked.found, { first, days }),
    refusalsByCode: refused.byCode,
    timeToDead: classify(settled),
    kills: [...running, ...settled].map(shown),
    notCounted: [
      ...refused.notCounted,
      ...(open.partial ? ['More grants are open than were counted.'] : []),
      ...(asked.partial ? ['More was asked for in these days than was counted; the oldest is missing.'] : []),
      ...(agents.partial
        ? [`Of a status with more than ${AGENT_PAGE * AGENT_PAGES} agents, only so many were counted.`]
        : []),
      ...(settled.length === MOST_KILLS ? ['More kills were settled than were counted.'] : []),
    ],
  };
}

/** From the trail, for as long as an overview may take. */
async function countRefusals({ trail, clock }: OverviewDeps, from: Date) {
  if (trail === undefined)
    return {
      byCode: [],
      notCounted: ['Refusals are told by the audit trail, which is not read here: ask the question refused.'],
    };
  const end = addSeconds(clock(), TRAIL_SECONDS);
  const { reader, wasCut } = readUntil(trail, () => clock() > end);
  const { byCode, isCut } = await refusalsByCode(reader, { from });
  const isPartial = isCut || wasCut();
  return { byCode, notCounted: isPartial ? ['There were more refusals than were counted.'] : [] };
}

interface Found {
  readonly found: readonly GrantSummary[];
  readonly partial: boolean;
}
type Pages = (
  next: string | undefined,
) => Promise<{ readonly grants: readonly GrantSummary[]; readonly next?: string }>;

async function readOpen({ grants }: OverviewDeps): Promise<Found> {
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) =>
    readPages((next) => grants.listOpen(shard, pageAt(next)), OPEN_PAGES),
  );
  return join(await Promise.all(shards));
}

async function readAsked({ grants, catalog: { tasks } }: OverviewDeps, from: Date): Promise<Found> {
  const pages = Math.max(1, Math.floor(TASK_PAGES / Math.max(1, tasks.length)));
  const lists = tasks.map(({ id }) =>
    readPages((next) => grants.listByTask(id, { ...pageAt(next), from }), pages),
  );
  return join(await Promise.all(lists));
}

async function readPages(read: Pages, most: number): Promise<Found> {
  const found: GrantSummary[] = [];
  let next: string | undefined;
  for (let count = 0; count < most; count += 1) {
    const page = await read(next);
    found.push(...page.grants);
    next = page.next;
    if (next === undefined) break;
  }
  return { found, partial: next !== undefined };
}

function pageAt(next: string | undefined) {
  return { limit: PAGE, ...(next !== undefined && { next }) };
}

function join(parts: readonly Found[]): Found {
  return { found: parts.flatMap(({ found }) => found), partial: parts.some(({ partial }) => partial) };
}

async function countAgents({ agents }: OverviewDeps) {
  const counted = await Promise.all(STATUSES.map((status) => countStatus(agents, status)));
  const counts = Object.fromEntries(STATUSES.map((status, at) => [status, counted[at]?.count ?? 0]));
  return {
    counts: counts as Record<AgentStatus, number>,
    partial: counted.some(({ partial }) => partial),
  };
}

async function countStatus(agents: OverviewDeps['agents'], status: AgentStatus) {
  let count = 0;
  let next: string | undefined;
  for (let pages = 0; pages < AGENT_PAGES; pages += 1) {
    const page = await agents.listByStatus(status, {
      limit: AGENT_PAGE,
      ...(next !== undefined && { next }),
    });
    count += page.agents.length;
    next = page.next;
    if (next === undefined) break;
  }
  return { count, partial: next !== undefined };
}

function countOpen(open: readonly GrantSummary[], now: Date) {
  const isLeased = ({ leaseExpiresAt }: GrantSummary) => leaseExpiresAt !== undefined && leaseExpiresAt > now;
  const leased = open.filter(isLeased);
  return {
    openGrants: open.length,
    leases: leased.length,
    leasesByTask: countByTask(leased),
    waiting: open.filter(({ status }) => status === 'pending').length,
  };
}

function countByTask(grants: readonly GrantSummary[]) {
  const counts = new Map<string, number>();
  for (const { task } of grants) counts.set(task, (counts.get(task) ?? 0) + 1);
  return [...counts]
    .map(([task, count]) => ({ task, count }))
    .sort((one, other) => other.count - one.count || (one.task < other.task ? -1 : 1));
}

function perDay(
  asked: readonly GrantSummary[],
  { first, days }: { readonly first: Date; readonly days: number },
) {
  const counts = new Map<string, Partial<Record<GrantStatus, number>>>();
  for (let at = 0; at < days; at += 1) counts.set(dayOf(addSeconds(first, at * 86_400)), {});
  for (const { requestedAt, status } of asked) {
    const day = counts.get(dayOf(requestedAt));
    if (day !== undefined) day[status] = (day[status] ?? 0) + 1;
  }
  return [...counts].map(([day, each]) => ({ day, counts: each }));
}

function classify(settled: readonly KillRecord[]) {
  const times = settled.flatMap(({ secondsToDead }) => secondsToDead ?? []);
  return [...CLASSES, Number.POSITIVE_INFINITY].map((end, at) => {
    const start = CLASSES[at - 1] ?? -1;
    const bucket = Number.isFinite(end) ? `up to ${end} s` : `over ${start} s`;
    return { bucket, count: times.filter((time) => time > start && time <= end).length };
  });
}

function shown({ killId, scope, change, ended, deadBy, settledAt, secondsToDead }: KillRecord) {
  const over = { ...(settledAt && { settledAt }), ...(secondsToDead !== undefined && { secondsToDead }) };
  return { killId, scope, change, ended, deadBy, ...over };
}

function startOfDay(now: Date): Date {
  return new Date(`${dayOf(now)}T00:00:00.000Z`);
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
