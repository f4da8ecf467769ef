// The routes that only read: what the console needs before sign-in, who is signed in, grants and findings.

import * as z from 'zod';
import type { FindingStore, PeopleReader } from '../../../core/approve/ports.ts';
import { type Catalog, GRANT_STATUSES, type Grant } from '../../../core/model.ts';
import { allRolesOf, requireReader } from '../../../core/people/access.ts';
import type { PeopleIssuer, VerifiedPerson } from '../../../core/people/person.ts';
import type { Clock, GrantStore } from '../../../core/ports.ts';
import { addSeconds } from '../../../core/record/lifetime.ts';
import { type GrantLists, listGrants } from '../../../core/record/list-grants.ts';
import { timelineOf } from '../../../core/record/timeline.ts';
import { Refusal } from '../../../core/refusal.ts';
import { parseGrantId } from '../../../core/verify/handle.ts';
import { name, time } from './fields.ts';
import { anySignedIn, get, NOTHING, openGet, type PeopleRoute } from './route.ts';
import { shownSummary } from './shown-summary.ts';

/** What the views read. */
export interface ViewsDeps {
  readonly issuer: PeopleIssuer;
  readonly catalog: Catalog;
  readonly grants: GrantLists & Pick<GrantStore, 'get'>;
  readonly people: PeopleReader;
  readonly findings: Pick<FindingStore, 'listFindings'>;
  readonly clock: Clock;
  /** `GET /api/config`. */
  readonly config: Readonly<Record<string, string>>;
}

/** Index pages that one listing reads at most. */
const LISTED_PAGES = 100;
/** Grants of one answer, at most and unless told. */
const MOST_GRANTS = 200;
const USUAL_GRANTS = 50;
/** Findings of one answer, at most. */
const MOST_FINDINGS = 200;
/** Findings go back this far unless told. */
const FINDINGS_DAYS = 30;

const grantsQuery = z.strictObject({
  status: z.enum(GRANT_STATUSES).exactOptional(),
  agent: name.exactOptional(),
  task: name.exactOptional(),
  from: time.exactOptional(),
  to: time.exactOptional(),
  next: time.exactOptional(),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .refine((limit) => limit <= MOST_GRANTS)
    .default(USUAL_GRANTS),
});
const findingsQuery = z.strictObject({ from: time.exactOptional(), to: time.exactOptional() });

/** The routes of the views function. */
export function viewRoutes(deps: ViewsDeps): readonly PeopleRoute[] {
  const admit = (person: VerifiedPerson) => requireReader(person, deps);
  return [
    openGet({ path: '/api/config', operation: 'config', run: async () => deps.config }),
    get({
      path: '/api/me',
      operation: 'me',
      admit: anySignedIn,
      input: NOTHING,
      run: ({ person }) => describeMe(deps, person),
    }),
    get({
      path: '/api/grants',
      operation: 'list-grants',
      admit,
      input: grantsQuery,
      run: ({ input }) => listPage(deps, input),
    }),
    get({
      path: '/api/grants/{grantId}',
      operation: 'show-grant',
      admit,
      input: NOTHING,
      async run({ path, context }) {
        const grantId = parseGrantId(path['grantId'] ?? '');
        if (grantId === undefined) throw new Refusal('request_unknown', { detail: 'path' });
        context.log.note({ grantId });
        const grant = await deps.grants.get(grantId);
        if (grant === undefined) throw new Refusal('request_unknown');
        return { grant: shownGrant(grant), timeline: timelineOf(grant) };
      },
    }),
    get({
      path: '/api/findings',
      operation: 'list-findings',
      admit,
      input: findingsQuery,
      async run({ input }) {
        const to = input.to ?? deps.clock();
        const from = input.from ?? addSeconds(to, -FINDINGS_DAYS * 86_400);
        return { findings: await deps.findings.listFindings({ from, to, limit: MOST_FINDINGS }) };
      },
    }),
  ];
}

async function describeMe(deps: ViewsDeps, verified: VerifiedPerson) {
  const { person, groups } = verified;
  const record = await deps.people.findPerson(person);
  const active = record?.passkeys.filter(({ status }) => status === 'active') ?? [];
  return { person, groups, roles: allRolesOf(verified, deps), passkeys: active.length };
}

async function listPage(deps: ViewsDeps, query: z.output<typeof grantsQuery>) {
  const { next: continued, to, ...rest } = query;
  const listing = await listGrants(deps.grants, {
    ...rest,
    to: continued !== undefined && (to === undefined || continued < to) ? continued : to,
    pages: LISTED_PAGES,
    tasks: deps.catalog.tasks.map(({ id }) => id),
  });
  const { grants, next, partial } = listing;
  return { grants: grants.map(shownSummary), ...(next && { next }), ...(partial && { partial }) };
}

/** The row, without what only serves to compare and with its facts to read. */
function shownGrant(grant: Grant) {
  const { handleHash: _, facts, flags = [], approvals, ...rest } = grant;
  return {
    ...rest,
    approvals: approvals.map(({ evidenceId: __, ...approval }) => approval),
    breakGlassUsed: flags.includes('break-glass'),
    ...(facts !== undefined && { facts: readable(facts) }),
  };
}

/** A damaged row is shown as it is. */
function readable(facts: string): unknown {
  try {
    return JSON.parse(facts);
  } catch {
    return facts;
  }
}
