// The routes that show agents, reviews and the overview. People with a role see all; an owner without one sees the own
// agents and their reviews.

import * as z from 'zod';
import { reviewDigest } from '../../../core/lifecycle/agent-digest.ts';
import { type AgentViewDeps, listAgents, showAgent } from '../../../core/lifecycle/agent-views.ts';
import { catalogNames } from '../../../core/lifecycle/catalog-names.ts';
import { requireAgent } from '../../../core/lifecycle/orders.ts';
import type { Catalog } from '../../../core/model.ts';
import type { ProofMaker } from '../../../core/offboard/ports.ts';
import { allRolesOf, requireReader } from '../../../core/people/access.ts';
import { isId } from '../../../core/people/act-form.ts';
import { type PeopleIssuer, samePerson, type VerifiedPerson } from '../../../core/people/person.ts';
import { requireRole } from '../../../core/people/roles.ts';
import { makeOverview, type OverviewDeps } from '../../../core/record/overview.ts';
import { Refusal } from '../../../core/refusal.ts';
import { type ReviewPorts, reviewContent } from '../../../core/review/content.ts';
import { dueReviews } from '../../../core/review/due.ts';
import { type CatalogSource, withDiffs } from '../../files/review-diff.ts';
import { name, personPart } from './fields.ts';
import { anySignedIn, get, NOTHING, type PeopleRoute, post } from './route.ts';
import { shownSummary } from './shown-summary.ts';

/** What these routes read. */
export type AgentRoutesDeps = AgentViewDeps &
  OverviewDeps &
  ReviewPorts & {
    readonly issuer: Pick<PeopleIssuer, 'roles'>;
    readonly catalog: Catalog;
    readonly proofs: ProofMaker;
    /** Absent: reviews have no patches. */
    readonly source?: CatalogSource;
  };

const MOST_AGENTS = 100;
const USUAL_AGENTS = 25;
const MOST_DAYS = 30;
const USUAL_DAYS = 7;

const number = (most: number, usual: number) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/)
    .transform(Number)
    .refine((value) => value <= most)
    .default(usual);
const yes = z.literal('true').transform(() => true);

const agentsQuery = z.strictObject({
  status: z.enum(['proposed', 'active', 'suspended', 'retired']).exactOptional(),
  owner: personPart.exactOptional(),
  environment: name.exactOptional(),
  overdue: yes.exactOptional(),
  idle: yes.exactOptional(),
  limit: number(MOST_AGENTS, USUAL_AGENTS),
  next: z.string().max(1500).exactOptional(),
});
const reviewsQuery = z.strictObject({ state: z.enum(['due', 'overdue']).exactOptional() });

/** The routes. */
export function agentRoutes(deps: AgentRoutesDeps): readonly PeopleRoute[] {
  return [...listRoutes(deps), ...oneAgentRoutes(deps)];
}

function listRoutes(deps: AgentRoutesDeps): readonly PeopleRoute[] {
  return [
    get({
      path: '/api/overview',
      operation: 'overview',
      admit: (person) => requireReader(person, deps),
      input: z.strictObject({ days: number(MOST_DAYS, USUAL_DAYS) }),
      run: ({ input }) => makeOverview(deps, input.days),
    }),
    get({
      path: '/api/catalog',
      operation: 'show-catalog',
      admit: (person) => requireRole(person, deps.issuer, 'viewer'),
      input: NOTHING,
      run: async () => catalogNames(deps.catalog),
    }),
    get({
      path: '/api/agents',
      operation: 'list-agents',
      admit: anySignedIn,
      input: agentsQuery,
      run({ person, input: { owner: subject, ...filter } }) {
        const named = subject === undefined ? undefined : { issuer: person.person.issuer, subject };
        const owner = mayReadAll(deps, person) ? named : person.person;
        return listAgents(deps, { ...filter, owner });
      },
    }),
    get({
      path: '/api/reviews',
      operation: 'list-reviews',
      admit: anySignedIn,
      input: reviewsQuery,
      run: ({ person, input }) =>
        dueReviews(deps, { ...input, owner: mayReadAll(deps, person) ? undefined : person.person }),
    }),
  ];
}

function oneAgentRoutes(deps: AgentRoutesDeps): readonly PeopleRoute[] {
  return [
    get({
      path: '/api/agents/{id}',
      operation: 'show-agent',
      admit: anySignedIn,
      input: NOTHING,
      async run({ person, path }) {
        const view = visible(deps, person, await showAgent(deps, requireId(path['id'])));
        return { ...view, grants: view.grants.map(shownSummary) };
      },
    }),
    post({
      path: '/api/agents/{id}/proof',
      operation: 'prove-agent',
      admit: anySignedIn,
      input: NOTHING,
      async run({ person, path }) {
        const { agent } = visible(deps, person, await requireAgent(deps.agents, requireId(path['id'])));
        return deps.proofs.ask(agent.id);
      },
    }),
    get({
      path: '/api/reviews/{agent}',
      operation: 'show-review',
      admit: anySignedIn,
      input: NOTHING,
      async run({ person, path }) {
        const review = visible(deps, person, await reviewContent(deps, requireId(path['agent'])));
        const shown = withDiffs(review, deps.source);
        return { ...shown, reviewDigest: reviewDigest(review.agent, deps.catalog) };
      },
    }),
  ];
}

function mayReadAll(deps: AgentRoutesDeps, person: VerifiedPerson): boolean {
  return allRolesOf(person, deps).length > 0;
}

/** @throws Refusal `agent_not_found` when the path is no name of an agent */
function requireId(text = ''): string {
  if (!isId(text)) throw new Refusal('agent_not_found', { detail: 'path' });
  return text;
}

/** @throws Refusal `agent_not_found` for somebody else's agent, to people without a role */
function visible<View extends { readonly agent: { readonly owner: VerifiedPerson['person'] } }>(
  deps: AgentRoutesDeps,
  person: VerifiedPerson,
  view: View,
): View {
  if (mayReadAll(deps, person) || samePerson(view.agent.owner, person.person)) return view;
  throw new Refusal('agent_not_found', { detail: 'not theirs' });
}
