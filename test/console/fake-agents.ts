// Agents and reviews of the fake API: enough for two pages of a list, and one of each state.

import type {
  AgentRow,
  AgentRows,
  AgentStory,
  OffboardingTold,
  ReviewRows,
  ReviewStory,
} from '../../console/api/admin-answers.ts';
import { agentDigest, reviewDigest } from '../../src/core/lifecycle/agent-digest.ts';
import type { Person, RegisteredAgent } from '../../src/core/model.ts';
import { storyPage } from './fake-agent-story.ts';
import { type FakeCall, FakeRefusal, type FakeWorld } from './fake-people-api.ts';
import { sampleGrants } from './fake-tables.ts';

type Agent = AgentStory['agent'];

const DAY = 86_400_000;
const dayFromNow = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
const person = (world: FakeWorld, subject: string, name: string): Person => ({
  issuer: `${world.origin}/people`,
  subject,
  name,
});

function agent(world: FakeWorld, id: string, rest: Partial<Agent> = {}): Agent {
  return {
    id,
    owner: person(world, '7f0c2d1e-ada', 'Ada (billing)'),
    purpose: 'Exports invoices and refunds customers who were charged twice.',
    environment: 'prod',
    groups: ['billing'],
    reviewBy: dayFromNow(40),
    bindings: [
      {
        issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/2B0C',
        subject: 'system:serviceaccount:billing:agent',
      },
      {
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:acme/billing:ref:refs/heads/main',
      },
    ],
    status: 'active',
    ...rest,
  };
}

/** One of each state, and many more. */
export function sampleAgents(world: FakeWorld): Map<string, Agent> {
  const change = (what: string, reason: string) => ({
    what,
    by: person(world, '51e0c9a7-dora', 'Dora (identity)'),
    at: '2026-11-19T10:00:00.000Z',
    reason,
  });
  const grace = person(world, '2b8e6a4c-grace', 'Grace (support)');
  const some = [
    agent(world, 'billing-agent'),
    agent(world, 'support-agent', { owner: grace, reviewBy: dayFromNow(-3) }),
    agent(world, 'report-agent', { status: 'suspended', lastChange: change('suspended', 'Incident 42') }),
    agent(world, 'new-agent', {
      status: 'proposed',
      origin: 'runtime',
      lastChange: change('registered', 'A trial'),
    }),
    agent(world, 'old-agent', {
      status: 'retired',
      lastChange: change('retired', 'Replaced by report-agent'),
    }),
  ];
  const many = Array.from({ length: 30 }, (_, index) =>
    agent(world, `worker-${String(index).padStart(2, '0')}`, { environment: 'test' }),
  );
  return new Map([...some, ...many].map((each) => [each.id, each]));
}

/** `/api/agents…` */
export function agentAnswers(world: FakeWorld, { parts, query }: FakeCall): unknown {
  const [, id, step] = parts;
  if (id !== undefined && step === 'proof') return proof(world, find(world, id));
  if (id !== undefined && step === 'story') return storyPage(world, find(world, id), query);
  return id === undefined ? list(world, query) : story(world, find(world, id));
}

function find(world: FakeWorld, id: string): Agent {
  const found = world.agents.get(id);
  if (found === undefined) throw new FakeRefusal('agent_not_found', 404);
  return found;
}

function list(world: FakeWorld, query: URLSearchParams): AgentRows {
  if (world.isEmpty) return { agents: [] };
  const isWanted = (row: AgentRow) =>
    ['status', 'environment'].every((name) => {
      const wanted = query.get(name);
      return wanted === null || row[name as 'status' | 'environment'] === wanted;
    }) &&
    [null, row.owner.subject].includes(query.get('owner')) &&
    (query.get('overdue') === null || isOverdue(row));
  const all = [...world.agents.values()].filter(isWanted);
  const from = Number(query.get('next') ?? 0);
  const limit = Number(query.get('limit'));
  const isMore = all.length > from + limit;
  return { agents: all.slice(from, from + limit), ...(isMore && { next: String(from + limit) }) };
}

const isOverdue = ({ status, reviewBy }: AgentRow) => status !== 'retired' && reviewBy < dayFromNow(0);

function story(world: FakeWorld, found: Agent): AgentStory {
  const isCut = found.status !== 'active';
  const grants = sampleGrants(world, new URLSearchParams({ limit: '20', agent: found.id })).grants;
  return {
    agent: found,
    agentDigest: digestOfAgent(world, found.id),
    tasks: [
      {
        task: 'export-invoices',
        title: 'Export invoices',
        ruling: 'allowed',
        policies: ['billing.cedar#exports'],
      },
      {
        task: 'refund-customer',
        title: 'Refund a customer',
        ruling: 'depends',
        policies: ['billing.cedar#refunds'],
      },
      { task: 'close-account', title: 'Close an account', ruling: 'denied', policies: [] },
    ],
    overdue: isOverdue(found),
    drift: found.id === 'support-agent' ? ['reviewBy', 'owner'] : [],
    grants: grants as AgentStory['grants'],
    story: found.lastChange === undefined ? [] : [found.lastChange],
    holds: {
      open: isCut ? 0 : 2,
      ...(!isCut && { leaseEndsBy: new Date(Date.now() + 40_000).toISOString() }),
      partial: false,
    },
    budgets: budgetsOf(found),
  };
}

/** One whose row does not read, one with a few, and many without any. */
function budgetsOf({ id }: Agent): AgentStory['budgets'] {
  if (id === 'report-agent') return 'unreadable';
  if (id !== 'billing-agent' && id !== 'support-agent') return [];
  const at = (minutes: number) => ({ freesAt: new Date(Date.now() + minutes * 60_000).toISOString() });
  const refunds = { scope: 'task', task: 'refund-customer' } as const;
  return [
    { scope: 'agent', window: 'concurrent', most: 10, used: 2, ...at(1) },
    { scope: 'agent', window: 'hour', most: 100, used: 37, ...at(3) },
    { ...refunds, window: 'concurrent', most: 3, used: 3, ...at(1) },
    { ...refunds, window: 'day', parameter: 'amount', most: 500, used: 440, ...at(190) },
    { scope: 'task', task: 'export-invoices', window: 'hour', most: 20, used: 0 },
  ];
}

/** As the core has it. */
export function digestOfAgent(world: FakeWorld, id: string): string {
  return agentDigest(find(world, id) as unknown as RegisteredAgent);
}

/** Of one agent it is whole; of others it waits until the test says so. */
function proof(world: FakeWorld, { id, status }: Agent): OffboardingTold {
  if (status !== 'retired') throw new FakeRefusal('move_illegal', 409);
  const isDead = id === 'old-agent' || world.isDead;
  const until = new Date(Date.now() + 40_000).toISOString();
  const checks: OffboardingTold['checks'] = [
    { id: 'retired', says: 'The agent is retired.', basis: 'observed', state: 'done', evidence: {} },
    {
      id: 'waited-out',
      says: 'The longest possible lease is over.',
      basis: 'observed',
      state: isDead ? 'done' : 'waiting',
      ...(!isDead && { until }),
      evidence: {},
    },
    {
      id: 'no-new-lease',
      says: 'No lease was made since.',
      basis: 'reasoned',
      why: 'each mint reads the status',
      state: 'done',
      evidence: {},
    },
  ];
  if (!isDead) return { agent: id, state: 'waiting', checks, until };
  return { agent: id, state: 'dead', checks, proof: JSON.stringify({ statement: { agent: { id } } }) };
}

/** Moves an agent as an act says. @throws FakeRefusal where it leads nowhere */
export function changeAgent(world: FakeWorld, id: string, change: Partial<Agent>): Agent {
  const found = find(world, id);
  if (found.status === 'retired') throw new FakeRefusal('move_illegal', 409);
  const next = { ...found, ...change };
  world.agents.set(id, next);
  return next;
}

/** `/api/reviews…` */
export function reviewAnswers(world: FakeWorld, { parts, query }: FakeCall): unknown {
  const [, id] = parts;
  if (id !== undefined) return review(world, find(world, id));
  const due = [...world.agents.values()].filter(({ reviewBy }) => reviewBy < dayFromNow(14));
  const wanted = query.get('state');
  const reviews = due
    .map((each) => ({ ...each, agent: each.id, overdue: isOverdue(each), days: 0 }))
    .filter(({ overdue }) => wanted === null || overdue === (wanted === 'overdue'));
  return { reviews: world.isEmpty ? [] : reviews, partial: false } satisfies ReviewRows;
}

const FIRST = '2026-08-27T10:00:00.000Z';
const DIFF = `--- a/catalog/agents/billing-agent.yaml
+++ b/catalog/agents/billing-agent.yaml
@@ -3,5 +3,4 @@
 environment: prod
 groups:
-  - closers
   - billing
`;

/** As the core has it, of a catalog that stays. */
export function digestOfReview(world: FakeWorld, id: string): string {
  return reviewDigest(find(world, id) as unknown as RegisteredAgent, { digest: 'sha256:fake' });
}

function review(world: FakeWorld, found: Agent): ReviewStory {
  return {
    agent: found,
    reviewDigest: digestOfReview(world, found.id),
    overdue: isOverdue(found),
    drift: [],
    since: '2026-08-26T10:00:00.000Z',
    may: [
      { task: 'export-invoices', ruling: 'allowed', policies: ['billing.cedar#exports'] },
      { task: 'refund-customer', ruling: 'needs-approval', policies: ['billing.cedar#refunds'] },
      { task: 'close-account', ruling: 'needs-approval', policies: ['billing.cedar#closing'] },
    ],
    granted: [
      {
        task: 'export-invoices',
        asked: 215,
        count: 214,
        leases: 301,
        first: FIRST,
        last: '2026-11-23T10:00:00.000Z',
      },
      {
        task: 'refund-customer',
        asked: 14,
        count: 12,
        leases: 9,
        first: FIRST,
        last: '2026-11-20T10:00:00.000Z',
      },
    ],
    used: { by: 'grants', tasks: [] },
    partial: false,
    unusedTasks: ['close-account'],
    unusedBindings: [],
    proposals: [
      { kind: 'leave-group', sentence: 'It never used close-account: it can leave the group closers.' },
    ],
    loses: ['close-account'],
    notes: ['use is counted from grants and leases; what was done with them is not looked at'],
    diff: DIFF,
  };
}
