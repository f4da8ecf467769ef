// What people see of requests: those they may see, with what is unusual about them and whether they can decide. A
// request that is not theirs to see does not exist for them.

import { type BudgetSight, seeShares } from '../budget/see.ts';
import { type ExchangeDeps, findTask } from '../deps.ts';
import type { Grant, GrantId, Person } from '../model.ts';
import { keyOf, type PeopleIssuer, type VerifiedPerson } from '../people/person.ts';
import { hasRole } from '../people/roles.ts';
import type { GrantStore, GrantSummary, Registry } from '../ports.ts';
import { digestOf } from '../record/digest.ts';
import { recentGrants } from '../record/recent-grants.ts';
import { OPEN_SHARDS } from '../record/sweep.ts';
import { Refusal } from '../refusal.ts';
import { type ReadFacts, readFacts } from './facts.ts';
import { readHistory } from './history.ts';
import type { PeopleReader } from './ports.ts';
import type { RequestSummary, RequestView } from './request-view.ts';
import { describe, maySee, type ReadRequest, summarize, type Viewer } from './summarize.ts';
import { unusualOf } from './unusual.ts';

/** What the views read. */
export interface ViewDeps extends Pick<ExchangeDeps, 'catalog' | 'place' | 'clock'> {
  readonly grants: Pick<GrantStore, 'get' | 'listOpen' | 'listByAgent'>;
  readonly registry: Pick<Registry, 'findAgent'>;
  readonly issuer: Pick<PeopleIssuer, 'roles'>;
  readonly people: PeopleReader;
  readonly budgets: BudgetSight['budgets'];
}

const PAGE = 100;
/** Pages of open grants that one list reads per partition. */
const MAX_PAGES = 20;
/** Requests of one list; those that lapse first come first. */
export const MOST_LISTED = 200;

/** What waits, and whether that is not all of it. */
export interface RequestList {
  readonly approvals: readonly RequestSummary[];
  readonly more: boolean;
}

/** Requests that wait and that the person may see, the next to lapse first. */
export async function listRequests(deps: ViewDeps, person: VerifiedPerson): Promise<RequestList> {
  const now = deps.clock();
  const shards = Array.from({ length: OPEN_SHARDS }, (_, shard) => shard);
  const listed = await Promise.all(shards.map((shard) => listPending(deps, shard, now)));
  const byDeadline = listed
    .flatMap(({ pending }) => pending)
    .sort((one, other) => one.expiresAt.getTime() - other.expiresAt.getTime());
  const visible: ReadRequest[] = [];
  const owners = ownersNow(deps);
  for (let start = 0; start < byDeadline.length && visible.length <= MOST_LISTED; start += PAGE) {
    const batch = byDeadline.slice(start, start + PAGE);
    const rows = await Promise.all(batch.map(({ grantId }) => deps.grants.get(grantId)));
    const seen = await Promise.all(rows.map((row) => readVisible(deps, person, { grant: row, owners })));
    visible.push(...seen.flatMap((each) => each ?? []).filter(({ grant }) => grant.status === 'pending'));
  }
  const viewer = await viewerOf(deps, person);
  const summaries = await Promise.all(
    visible
      .slice(0, MOST_LISTED)
      .map(async (seen) => summarize(deps, viewer, { ...seen, unusual: await unusual(deps, seen.grant) })),
  );
  const more = visible.length > MOST_LISTED || listed.some(({ isWhole }) => !isWhole);
  return { approvals: withCounts(summaries), more };
}

/** One request, waiting or decided. @throws Refusal `request_unknown`, `request_damaged` */
export async function showRequest(
  deps: ViewDeps,
  person: VerifiedPerson,
  grantId: GrantId,
): Promise<RequestView> {
  const grant = await deps.grants.get(grantId);
  if (grant?.facts === undefined) throw unknown('no request');
  const seen = await readFor(deps, person, grant);
  const [viewer, stands, budgets, others] = await Promise.all([
    viewerOf(deps, person),
    unusual(deps, grant),
    requestBudgets(deps, grant),
    countOthers(deps, seen),
  ]);
  const summary = summarize(deps, viewer, { ...seen, unusual: stands });
  const same = others + (grant.status === 'pending' ? 1 : 0);
  return { ...describe(deps, seen, { ...summary, same }), budgets };
}

/** How many other requests of the agent wait for the same, of those that its newest grants show. */
async function countOthers(deps: ViewDeps, { grant, facts }: ReadRequest): Promise<number> {
  const now = deps.clock();
  const { rows } = await recentGrants(deps, grant.agent);
  const alike = rows.filter(
    ({ grantId, task, status, expiresAt }) =>
      grantId !== grant.grantId && task === grant.task && status === 'pending' && expiresAt > now,
  );
  const read = await Promise.all(alike.slice(0, PAGE).map(({ grantId }) => deps.grants.get(grantId)));
  const asked = digestOf(facts.parameters);
  return read.filter((row) => row?.status === 'pending' && digestOf(row.parameters) === asked).length;
}

async function viewerOf({ people }: ViewDeps, person: VerifiedPerson): Promise<Viewer> {
  return { person, record: await people.findPerson(keyOf(person.person)) };
}

/** Of a request that may still be redeemed, by the budgets of now. */
async function requestBudgets(deps: ViewDeps, grant: Grant): Promise<RequestView['budgets']> {
  if (grant.status !== 'pending' && grant.status !== 'approved') return [];
  const task = findTask(deps.catalog, grant.task);
  const agent = await deps.registry.findAgent(grant.agent);
  if (task === undefined || agent === undefined) return [];
  return seeShares(deps, { grant, agent, task }, () => recentGrants(deps, grant.agent));
}

/** Whose a damaged row is cannot be told: that it is one is told to those who look at everything. */
async function readFor(deps: ViewDeps, person: VerifiedPerson, grant: Grant): Promise<ReadRequest> {
  const seen = await readVisible(deps, person, { grant, owners: ownersNow(deps) });
  if (seen !== undefined) return seen;
  if (hasRole(person, deps.issuer, 'viewer')) readFacts(grant);
  throw unknown('not theirs to see');
}

type OwnersNow = (agent: string) => Promise<readonly Person[]>;

/** Whose agents they are now, each read once; nobody's when it is gone. */
function ownersNow({ registry }: ViewDeps): OwnersNow {
  const known = new Map<string, Promise<readonly Person[]>>();
  const read = async (agent: string) => {
    const found = await registry.findAgent(agent);
    return found === undefined ? [] : [found.owner];
  };
  return (agent) => {
    const owners = known.get(agent) ?? read(agent);
    known.set(agent, owners);
    return owners;
  };
}

/** By their own end and not by when they are due: that may be over while no workflow can be started. */
async function listPending(
  deps: ViewDeps,
  shard: number,
  now: Date,
): Promise<{ pending: GrantSummary[]; isWhole: boolean }> {
  const pending: GrantSummary[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await deps.grants.listOpen(shard, {
      limit: PAGE,
      ...(next !== undefined && { next }),
    });
    pending.push(...page.grants.filter(({ status, expiresAt }) => status === 'pending' && expiresAt > now));
    next = page.next;
    if (next === undefined) break;
  }
  return { pending, isWhole: next === undefined };
}

/** A damaged row is in no list: its page says what is wrong. */
async function readVisible(
  deps: ViewDeps,
  person: VerifiedPerson,
  { grant, owners }: { readonly grant: Grant | undefined; readonly owners: OwnersNow },
): Promise<ReadRequest | undefined> {
  const facts = grant && factsIfWhole(grant);
  if (grant === undefined || facts === undefined) return undefined;
  const seen = { grant, facts, owners: [grant.owner, ...(await owners(grant.agent))] };
  return maySee(deps.issuer, person, seen) ? seen : undefined;
}

function factsIfWhole(grant: Grant): ReadFacts | undefined {
  if (grant.facts === undefined) return undefined;
  try {
    return readFacts(grant);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function unusual(deps: ViewDeps, grant: Grant): Promise<readonly string[]> {
  return unusualOf(grant, await readHistory(deps, grant));
}

function withCounts(summaries: readonly RequestSummary[]): RequestSummary[] {
  return summaries.map((each) => ({
    ...each,
    same: summaries.filter(({ sameAs }) => sameAs === each.sameAs).length,
  }));
}

function unknown(detail: string): Refusal {
  return new Refusal('request_unknown', { detail });
}
