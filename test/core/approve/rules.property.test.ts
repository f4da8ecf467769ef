// Whatever comes in whatever order: no grant without a quorum of different qualified people, and none after a denial.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayDecide, type Outcome, outcomeOf } from '../../../src/core/approve/rules.ts';
import type { ApprovalRule, Decision } from '../../../src/core/model.ts';

const people = fc.record({
  issuer: fc.constantFrom('https://a.example', 'https://b.example'),
  subject: fc.constantFrom('ada', 'ben', 'chloe', 'dora', 'Ben'),
});
const GROUPS = ['leads', 'support', 'commanders', 'nobody'];
const groups = fc.subarray(GROUPS);
const rules: fc.Arbitrary<ApprovalRule> = fc
  .record({
    approvers: fc.subarray(['leads', 'support'], { minLength: 1 }),
    quorum: fc.integer({ min: 1, max: 3 }),
    ownerMayApprove: fc.boolean(),
    canBreak: fc.boolean(),
  })
  .map(({ canBreak, ...rule }) => ({
    ...rule,
    required: true,
    expiresAfterSeconds: 600,
    escalateTo: [],
    ...(canBreak && { breakGlass: 'commanders' }),
  }));
const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.record({
    person: people,
    groups,
    decision: fc.constantFrom<Decision[]>('approve', 'deny', 'break-glass'),
    reason: fc.constantFrom('', ' ', 'outage'),
  }),
  { maxLength: 12 },
);
interface Event {
  readonly person: { readonly issuer: string; readonly subject: string };
  readonly groups: readonly string[];
  readonly decision: Decision;
  readonly reason: string;
}

/** The decision endpoint, by its rules alone: one decision a person, none after the end. */
function run(rule: ApprovalRule, owner: Event['person'], all: readonly Event[]) {
  const counted: Event[] = [];
  let outcome: Outcome = 'pending';
  for (const event of all) {
    const { person, decision } = event;
    const refused = mayDecide({ rule, owners: [owner], person, groups: event.groups, decision });
    const decided = counted.some((each) => idOf(each.person) === idOf(person));
    if (outcome === 'pending' && refused === undefined && !decided) {
      counted.push(event);
      outcome = outcomeOf(
        rule,
        counted.map((each) => ({ approver: each.person, decision: each.decision, reason: each.reason })),
      );
    }
  }
  return outcome;
}

const idOf = ({ issuer, subject }: Event['person']) => JSON.stringify([issuer, subject]);

test('[APPROVE-11] nothing is approved without a quorum of different qualified people, or break-glass', () => {
  fc.assert(
    fc.property(rules, people, events, (rule, owner, all) => {
      const outcome = run(rule, owner, all);
      if (outcome !== 'approved') return;
      // counted anew, from what came in and the words of the rule
      const others = all.filter(
        ({ person }) =>
          rule.ownerMayApprove || (idOf(person) !== idOf(owner) && person.issuer === owner.issuer),
      );
      const approvers = others.filter(
        (each) => each.decision === 'approve' && each.groups.some((group) => rule.approvers.includes(group)),
      );
      const broken = others.some(
        (each) =>
          each.decision === 'break-glass' &&
          rule.breakGlass !== undefined &&
          each.groups.includes(rule.breakGlass) &&
          each.reason.trim() !== '',
      );
      const different = new Set(approvers.map(({ person }) => idOf(person))).size;
      expect(broken || different >= rule.quorum).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('[APPROVE-11] a denial stays one, whatever is decided besides it', () => {
  fc.assert(
    fc.property(rules, events, events, (rule, before, after) => {
      const decisions = [...before, ...after].map(({ person, decision, reason }) => ({
        approver: person,
        decision,
        reason,
      }));
      const isDenied = outcomeOf(rule, decisions.slice(0, before.length)) === 'denied';
      if (isDenied) expect(outcomeOf(rule, decisions)).toBe('denied');
    }),
    { numRuns: 500 },
  );
});

test('[APPROVE-11] the outcome of what was counted does not depend on its order', () => {
  const shuffled = events.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length })),
  );
  const decisionsOf = (all: readonly Event[]) =>
    all.map(({ person, decision, reason }) => ({ approver: person, decision, reason }));
  fc.assert(
    fc.property(rules, shuffled, (rule, [all, other]) => {
      expect(outcomeOf(rule, decisionsOf(other))).toBe(outcomeOf(rule, decisionsOf(all)));
    }),
    { numRuns: 500 },
  );
});
