// Proposals over catalogs of every shape: groups that overlap, permits of several kinds, forbids, values.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAuthorizer } from '../../../src/core/authorize/authorizer.ts';
import type { Agent, Catalog, Issuer, RegisteredAgent } from '../../../src/core/model.ts';
import { applyEdits } from '../../../src/core/review/edits.ts';
import { mayDo, possibleUnder } from '../../../src/core/review/possible.ts';
import { type Proposal, propose } from '../../../src/core/review/proposals.ts';
import type { Use } from '../../../src/core/review/use.ts';
import { sampleAgent, sampleCatalog, sampleTask } from '../../support/catalog.ts';
import { NOW } from '../../support/grant.ts';

const RUNS = 80;
const ISSUER = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const GROUPS = ['red', 'green', 'blue'];
const NAMES = ['one', 'two', 'three', 'four'];
const TASKS = NAMES.map((id) =>
  sampleTask({ id, parameters: { amount: { type: 'integer', min: 1, max: 100 } } }),
);
const AMOUNTS = [1, 49, 50, 51, 100];

const principal = fc.constantFrom(
  'principal',
  'principal == Remit::Agent::"subject"',
  'principal == Remit::Agent::"other"',
  ...GROUPS.map((group) => `principal in Remit::Group::"${group}"`),
);
const action = fc.constantFrom(
  'action',
  'action in [Remit::Action::"one", Remit::Action::"two"]',
  ...NAMES.map((id) => `action == Remit::Action::"${id}"`),
);
const condition = fc.constantFrom(
  '',
  ' when { context.approved }',
  ' when { context.parameters.amount <= 50 }',
  ' when { principal in Remit::Group::"red" }',
  ' unless { principal in Remit::Group::"blue" && context.parameters.amount > 50 }',
);
const policy = fc
  .tuple(fc.constantFrom('permit', 'permit', 'permit', 'forbid'), principal, action, condition)
  .map(([effect, who, what, when]) => `${effect} (${who}, ${what}, resource)${when};`);
const groups = fc.subarray(GROUPS);
const shape = fc.record({
  policies: fc.array(policy, { minLength: 1, maxLength: 6 }),
  mine: groups,
  others: groups,
  assignable: groups,
  asked: fc.subarray(NAMES, { minLength: 1 }),
  isRuntime: fc.boolean(),
});
type Shape = typeof shape extends fc.Arbitrary<infer Value> ? Value : never;

function catalogOf({ policies, mine, others, assignable, isRuntime }: Shape): Catalog {
  const subject: Agent = { ...sampleAgent(ISSUER, 'subject', 'subject'), groups: mine };
  const other: Agent = { ...sampleAgent(ISSUER, 'other', 'other'), groups: others };
  return {
    ...sampleCatalog({
      issuers: [ISSUER],
      agents: isRuntime ? [other] : [subject, other],
      tasks: TASKS,
      policies: policies.map((text, index) => ({
        id: `all.cedar#${index + 1}`,
        file: 'policies/all.cedar',
        text,
      })),
    }),
    runtimeAssignableGroups: assignable,
  };
}

function useOf(asked: readonly string[]): Use {
  const tasks = asked.map((task) => ({ task, asked: 1, count: 1, leases: 1, first: NOW, last: NOW }));
  return { since: NOW, tasks, partial: false, unusedBindings: [] };
}

/** Every ruling by task and value, as the request path makes it. */
function rulings(catalog: Catalog, agent: Agent): Map<string, string> {
  const authorizer = createAuthorizer(catalog);
  return new Map(
    TASKS.flatMap((task) =>
      AMOUNTS.map((amount) => [
        `${task.id} ${amount}`,
        authorizer.rule({ agent, task, parameters: { amount } }).outcome,
      ]),
    ),
  );
}

function proposalsFor(given: Shape) {
  const catalog = catalogOf(given);
  const base = {
    ...sampleAgent(ISSUER, 'subject', 'subject'),
    groups: given.mine,
    status: 'active',
  } as const;
  const agent: RegisteredAgent = given.isRuntime ? { ...base, origin: 'runtime' } : base;
  const possible = possibleUnder(catalog)(agent);
  const unused = mayDo(possible).filter((task) => !given.asked.includes(task));
  const looked = { catalog, agent, use: useOf(given.asked), possible, unused, today: '2026-11-24' };
  return { catalog, agent, ...propose(looked) };
}

/** What changes for the agent, and for nobody else. */
function expectExactly(
  { catalog, agent }: { readonly catalog: Catalog; readonly agent: RegisteredAgent },
  proposals: readonly Proposal[],
  loses: readonly string[],
): void {
  const after = applyEdits(
    catalog,
    proposals.flatMap(({ edits }) => edits),
  );
  const left = proposals.flatMap(({ group = '' }) => group);
  const changed = { ...agent, groups: agent.groups.filter((group) => !left.includes(group)) };
  const now = rulings(after, changed);
  for (const [key, was] of rulings(catalog, agent)) {
    const [task = ''] = key.split(' ');
    expect([key, now.get(key)]).toEqual([key, loses.includes(task) ? 'denied' : was]);
  }
  const [other] = catalog.agents.filter(({ id }) => id === 'other');
  if (other) expect(rulings(after, other)).toEqual(rulings(catalog, other));
}

test('[REVIEW-2] no proposal takes away a task that was asked for', () => {
  let count = 0;
  fc.assert(
    fc.property(shape, (given) => {
      const { proposals, loses } = proposalsFor(given);
      const taken = [...loses, ...proposals.flatMap((each) => each.loses)];
      expect(taken.filter((task) => given.asked.includes(task))).toEqual([]);
      count += taken.length;
    }),
    { numRuns: RUNS },
  );
  // there was something to take
  expect(count).toBeGreaterThan(0);
});

test('[REVIEW-3] each proposal takes exactly what it names, and all of them what is said of all', () => {
  fc.assert(
    fc.property(shape, (given) => {
      const { proposals, loses, ...place } = proposalsFor(given);
      for (const proposal of proposals) expectExactly(place, [proposal], proposal.loses);
      expectExactly(place, proposals, loses);
    }),
    { numRuns: RUNS },
  );
});

test('[REVIEW-3] of a catalogued agent nothing unused is left that could be taken', () => {
  fc.assert(
    fc.property(shape, (given) => {
      const { catalog, agent, proposals, loses } = proposalsFor({ ...given, isRuntime: false });
      const possible = mayDo(possibleUnder(catalog)(agent));
      if (proposals.length === 0 && loses.length === 0) return;
      expect([...loses].sort()).toEqual(possible.filter((task) => !given.asked.includes(task)).sort());
    }),
    { numRuns: RUNS },
  );
});
