// Checks of the tables as they are now: agents with owners and review dates, grants without an agent, purposes.

import { listAgents, readAgents } from '../questions/read-agents.ts';
import { list } from '../questions/read-grants.ts';
import { type Check, notObserved, passUnless } from './check.ts';

const LIVING = ['proposed', 'active', 'suspended'] as const;

export const owners: Check = {
  id: 'owners',
  shows:
    'Every agent has a purpose, a review date, and an owner of the identity provider that people sign in at.',
  command: 'remit agents list --json; curl -s $B/api/config | jq .issuer',
  unobserved: 'fails',
  async observe({ questions, broker }) {
    const { items, isCut } = await listAgents(questions, LIVING);
    if (items.length === 0) return notObserved('there is no agent');
    const { status, body } = await broker.send({ method: 'GET', path: '/api/config' });
    const people = body['issuer'];
    if (status !== 200 || typeof people !== 'string' || people === '')
      return notObserved(`where people sign in was answered with status ${status}`);
    return passUnless(
      items.flatMap(({ id, owner, purpose, reviewBy }) => [
        ...(owner.issuer && owner.subject ? [] : [`${id} has no owner`]),
        ...(owner.issuer === people ? [] : [`${id}: nobody can approve, its owner is of ${owner.issuer}`]),
        ...(purpose ? [] : [`${id} has no purpose`]),
        ...(/^\d{4}-\d{2}-\d{2}$/.test(reviewBy) ? [] : [`${id} has no review date`]),
      ]),
      `${items.length}${isCut ? ' and more' : ''} agents, each with owner, purpose and review date`,
    );
  },
};

export const reviews: Check = {
  id: 'reviews',
  shows: 'No review is overdue.',
  command: 'remit ask overdue',
  unobserved: 'fails',
  async observe({ questions }) {
    const today = questions.clock().toISOString().slice(0, 10);
    const { items, isCut } = await listAgents(questions, LIVING);
    if (items.length === 0) return notObserved('there is no agent');
    // by the index of review dates: of more agents than one list has, the overdue ones are found all the same
    const due = await listAgents(questions, LIVING, today);
    return passUnless(
      due.items
        .filter(({ reviewBy }) => reviewBy < today)
        .map(({ id, reviewBy }) => `${id} was due by ${reviewBy}`),
      `0 of ${items.length}${isCut ? ' and more' : ''} reviews overdue`,
    );
  },
};

export const orphans: Check = {
  id: 'orphans',
  shows: 'No open grant belongs to an agent that is suspended, retired or gone.',
  command: 'remit ask holds; remit agents list --status active',
  unobserved: 'fails',
  async observe({ questions }) {
    const { items: open, isCut } = await list(questions, {});
    const ids = [...new Set(open.map(({ agent }) => agent))];
    const seen = await Promise.all(ids.map(async (id) => [id, await questions.agents.find(id)] as const));
    const standing = new Map(seen.map(([id, found]) => [id, found?.agent.status ?? 'gone']));
    const orphaned = open.filter(({ agent }) => standing.get(agent) !== 'active');
    return passUnless(
      orphaned.map(({ grantId, agent }) => `${grantId} of ${agent}, which is ${standing.get(agent)}`),
      `0 of ${open.length}${isCut ? ' and more' : ''} open grants are orphaned`,
    );
  },
};

export const overrunning: Check = {
  id: 'overrunning',
  shows: 'No grant is open past its end, and none of another environment than its task.',
  command: 'remit ask holds',
  unobserved: 'fails',
  async observe({ questions }) {
    const now = questions.clock().getTime();
    const { items, isCut } = await list(questions, {});
    const tasks = new Map(questions.catalog.tasks.map((task) => [task.id, task.environment]));
    return passUnless(
      items.flatMap(({ grantId, expiresAt, environment, task, status }) => [
        ...(status === 'active' && expiresAt.getTime() < now - SWEPT_WITHIN_MS
          ? [`${grantId} should have ended`]
          : []),
        ...(tasks.has(task) && tasks.get(task) !== environment ? [`${grantId} is of ${environment}`] : []),
      ]),
      `${items.length}${isCut ? ' of more' : ''} open grants, each within its time and environment`,
    );
  },
};

/** The sweeper comes every minute; what it has not ended in so long, nothing ends. */
const SWEPT_WITHIN_MS = 300_000;

export const oneAgentEach: Check = {
  id: 'one-agent-each',
  shows: 'A workload identity belongs to one agent only.',
  command: 'remit agents list --json; remit agents show {agent} --json',
  unobserved: 'fails',
  async observe({ questions }) {
    const { items, isCut } = await readAgents(questions, LIVING);
    if (items.length === 0) return notObserved('there is no agent');
    const holders = new Map<string, string[]>();
    for (const { id, bindings } of items)
      for (const { issuer, subject } of bindings) {
        const key = `${issuer} ${subject}`;
        holders.set(key, [...(holders.get(key) ?? []), id]);
      }
    return passUnless(
      [...holders].filter(([, ids]) => ids.length > 1).map(([key, ids]) => `${key}: ${ids.join(', ')}`),
      `${holders.size} identities of ${items.length}${isCut ? ' of more' : ''} agents, none twice`,
    );
  },
};

export const purposes: Check = {
  id: 'purposes',
  shows: 'Every grant says for what and by whom it was asked, and under which policies it was given.',
  command: 'remit grants --json',
  unobserved: 'noted',
  async observe({ questions }) {
    const tasks = questions.catalog.tasks.map(({ id }) => id);
    const { items } = await list(questions, { tasks });
    const rows = await Promise.all(items.slice(0, ROWS).map(({ grantId }) => questions.grants.get(grantId)));
    const grants = rows.filter((row) => row !== undefined);
    if (grants.length === 0) return notObserved('there is no grant yet');
    return passUnless(
      grants.flatMap(({ grantId, purpose, workload, ruling, catalogDigest }) => [
        ...(purpose ? [] : [`${grantId} has no purpose`]),
        ...(workload.subject && workload.assertionId ? [] : [`${grantId} does not say by whom`]),
        ...(ruling.policies.length > 0 && catalogDigest ? [] : [`${grantId} does not say by which policies`]),
      ]),
      `the newest ${grants.length} grants, each with purpose, workload, policies and catalog digest`,
    );
  },
};

/** Rows that are looked at. */
const ROWS = 100;
