// Clearing kill lists off roles that are about to be deleted, over an IAM that throttles, denies and takes its time.

import { expect, test } from 'vitest';
import { CLEAR_SECONDS, clearKillLists, WRITER_SECONDS } from '../../../src/core/kill/clear-kill-lists.ts';
import type { RoleArn } from '../../../src/core/model.ts';
import { Refusal, type RefusalCode } from '../../../src/core/refusal.ts';
import { NOW } from '../../support/grant.ts';

const roles = Array.from(
  { length: 12 },
  (_, index) => `arn:aws:iam::111122223333:role/remit/remit-task-t${index}` as RoleArn,
);

/** `answers` says what IAM makes of a role's next try. */
function begin(answer: (role: RoleArn, tries: number) => RefusalCode | undefined = () => undefined) {
  const time = { now: NOW.getTime() };
  const tries = new Map<RoleArn, number>();
  const first: number[] = [];
  const deps = {
    clock: () => new Date(time.now),
    pause: async (seconds: number) => {
      time.now += seconds * 1000;
    },
    policies: {
      async remove(role: RoleArn) {
        first.push(time.now);
        tries.set(role, (tries.get(role) ?? 0) + 1);
        const code = answer(role, tries.get(role) ?? 0);
        if (code !== undefined) throw new Refusal(code);
      },
    },
  };
  return { tries, first, seconds: () => (time.now - NOW.getTime()) / 1000, deps };
}

test('[KILL-27] each role is cleared once, after whatever writer was under way has ended', async () => {
  const { deps, tries, first } = begin();
  expect(await clearKillLists(deps, roles)).toEqual({ cleared: 12, denied: [], left: [] });
  expect([...tries.keys()].sort()).toEqual([...roles].sort());
  expect([...tries.values()]).toEqual(roles.map(() => 1));
  expect(first[0]).toBe(NOW.getTime() + WRITER_SECONDS * 1000);
});

test('[KILL-27] without roles nothing is waited for', async () => {
  const { deps, seconds } = begin();
  expect(await clearKillLists(deps, [])).toEqual({ cleared: 0, denied: [], left: [] });
  expect(seconds()).toBe(0);
});

test('[KILL-27] a throttled role is tried again, and no other twice', async () => {
  const { deps, tries } = begin((role, many) =>
    role === roles[3] && many < 4 ? 'store_unavailable' : undefined,
  );
  expect(await clearKillLists(deps, roles)).toEqual({ cleared: 12, denied: [], left: [] });
  expect([...tries].filter(([, many]) => many > 1)).toEqual([[roles[3], 4]]);
});

test('[KILL-27] a role that IAM denies, as one that is gone, is told and keeps no other', async () => {
  const { deps, tries } = begin((role) => (role === roles[0] ? 'misconfigured' : undefined));
  expect(await clearKillLists(deps, roles)).toEqual({ cleared: 11, denied: [roles[0]], left: [] });
  expect(tries.get(roles[0] ?? ('' as RoleArn))).toBe(1);
});

test('[KILL-27] its time is bounded, and what is left then is told', async () => {
  const { deps, seconds } = begin((role) => (role === roles[5] ? 'store_unavailable' : undefined));
  expect(await clearKillLists(deps, roles)).toEqual({ cleared: 11, denied: [], left: [roles[5]] });
  expect(seconds()).toBeLessThanOrEqual(WRITER_SECONDS + CLEAR_SECONDS);
});

test('[KILL-27] an error that is no refusal is told as what it is', async () => {
  const { deps } = begin();
  const policies = { remove: () => Promise.reject(new TypeError('a mistake of ours')) };
  await expect(clearKillLists({ ...deps, policies }, roles)).rejects.toThrow('a mistake of ours');
});
