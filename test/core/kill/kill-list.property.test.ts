// The kill list as a policy: what it must deny, whatever the entries and their order, and how many fit.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_BOUNDARY } from '../../../src/core/iam/ceiling.ts';
import { evaluate } from '../../../src/core/iam/evaluate.ts';
import {
  foldEntry,
  INLINE_BUDGET,
  isFolded,
  KILL_LIST_BUDGET,
  liveEntries,
  renderKillList,
} from '../../../src/core/kill/kill-list.ts';
import type { KillEntry } from '../../../src/core/kill/ports.ts';
import type { GrantId, PolicyDocument } from '../../../src/core/model.ts';
import { NOW } from '../../support/grant.ts';

const ALPHABET = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
const grantId = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 26, maxLength: 26 })
  .map((letters) => letters.join('') as GrantId);
const soon = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((seconds) => new Date(NOW.getTime() + seconds * 1000));
const entry: fc.Arbitrary<KillEntry> = fc.record({
  grantId,
  until: soon(-900, 900),
  killedAt: soon(-900, 0),
});
const entries = fc.array(entry, { maxLength: 250 });

const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
/** Whether a session of the role that began then still gets anything under the list. */
function works(policy: string | undefined, id: string, issuedAt: Date): boolean {
  const list = policy === undefined ? [] : [JSON.parse(policy) as PolicyDocument];
  const context = { 'aws:SourceIdentity': `remit-${id}`, 'aws:TokenIssueTime': issuedAt.toISOString() };
  return evaluate(
    { action: 's3:GetObject', resource: 'arn:aws:s3:::a/b', context },
    { identity: [everything, ...list] },
  ).allowed;
}

describe('a kill list', () => {
  test('[KILL-5] denies every live entry, whatever else is on it', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const { policy } = renderKillList(liveEntries(all, NOW));
        for (const { grantId: id, killedAt } of all.filter(({ until }) => until > NOW))
          expect(works(policy, id, new Date(killedAt.getTime() - 1))).toBe(false);
      }),
    );
  });

  test('[KILL-5] is the same text for every order and for entries said twice', () => {
    const shuffled = entries.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([all, twice]) => {
        expect(renderKillList(twice)).toEqual(renderKillList(all));
      }),
    );
  });

  test('[KILL-5] touches no sibling while its entries fit', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 100 }), grantId, (all, sibling) => {
        fc.pre(all.every((each) => each.grantId !== sibling));
        expect(works(renderKillList(all).policy, sibling, NOW)).toBe(true);
      }),
    );
  });

  test('[KILL-4] without live entries is no policy at all', () => {
    expect(renderKillList([])).toEqual({ policy: undefined, wide: false });
    const dead = { grantId: 'X' as GrantId, until: new Date(NOW.getTime() - 61_000), killedAt: NOW };
    expect(liveEntries([dead], NOW)).toEqual([]);
  });
});

describe('its size', () => {
  const many = (count: number): KillEntry[] =>
    Array.from({ length: count }, (_, index) => ({
      grantId: String(index).padStart(26, '0') as GrantId,
      until: new Date(NOW.getTime() + 900_000),
      killedAt: new Date(NOW.getTime() - index),
    }));

  test('[KILL-6] fits beside the longest ceiling in what IAM allows a role inline', () => {
    expect(LONGEST_BOUNDARY + KILL_LIST_BUDGET).toBeLessThanOrEqual(INLINE_BUDGET);
    for (const count of [1, 50, 112, 113, 1000, 5000])
      expect(renderKillList(many(count)).policy?.length ?? 0).toBeLessThanOrEqual(KILL_LIST_BUDGET);
  });

  test('[KILL-6] names 112 leases of a role one by one; one more, and it denies by age', () => {
    expect(renderKillList(many(112)).wide).toBe(false);
    const { wide, policy } = renderKillList(many(113));
    expect(wide).toBe(true);
    expect(works(policy, 'SIBLING', new Date(NOW.getTime() - 1000))).toBe(false);
    expect(works(policy, 'SIBLING', new Date(NOW.getTime() + 1000))).toBe(true);
  });

  test('[KILL-5] [KILL-20] a folded entry denies what it stands for, for as long, and those seconds older ones only', () => {
    fc.assert(
      fc.property(entries, entry, (all, one) => {
        const folded = foldEntry(one);
        expect(isFolded(folded) && !isFolded(one)).toBe(true);
        expect(liveEntries([folded], NOW).length).toBeGreaterThanOrEqual(liveEntries([one], NOW).length);
        const { policy, wide } = renderKillList([...all, folded]);
        expect(wide).toBe(true);
        expect(works(policy, one.grantId, new Date(one.killedAt.getTime() - 1))).toBe(false);
        expect(works(renderKillList([folded]).policy, 'X', new Date(one.killedAt.getTime() + 6000))).toBe(
          true,
        );
      }),
    );
  });
});
