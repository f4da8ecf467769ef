// The one writer of kill lists, over an IAM in memory that can throttle and forget.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKillLists } from '../../../src/adapters/aws/kill-tables.ts';
import { accountOfRole } from '../../../src/core/iam/role.ts';
import { applyKillList, lookInto } from '../../../src/core/kill/apply-kill-list.ts';
import { KEPT_ENTRIES } from '../../../src/core/kill/kill-list.ts';
import type { KillEntry, RolePolicies } from '../../../src/core/kill/ports.ts';
import type { RoleArn } from '../../../src/core/model.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { freshGrantId, NOW } from '../../support/grant.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

let roles = 0;
function begin() {
  roles += 1;
  const role = `arn:aws:iam::111122223333:role/remit/remit-task-t${roles}` as RoleArn;
  const time = { now: NOW };
  const iam = {
    policy: undefined as string | undefined,
    calls: [] as string[],
    throttled: 0,
    gone: false,
    shut: false,
    leaving: false,
  };
  const call = (name: string) => {
    iam.calls.push(name);
    if (iam.throttled-- > 0) throw new Refusal('store_unavailable', { detail: 'Throttling' });
  };
  const policies: RolePolicies = {
    async get() {
      call('get');
      return iam.policy;
    },
    async put(_, policy) {
      call('put');
      if (iam.gone) return false;
      iam.policy = policy;
      return true;
    },
    async remove() {
      call('remove');
      iam.policy = undefined;
    },
  };
  const lists = createKillLists({ client: tables.client, table: TABLES.registry });
  const account = async () => (iam.shut ? undefined : policies);
  const deps = {
    lists,
    accounts: { policiesIn: account, enter: account },
    isLeaving: () => iam.leaving,
    clock: () => time.now,
  };
  return {
    role,
    iam,
    lists,
    time,
    apply: () => applyKillList(deps, role),
    look: () => lookInto(deps, accountOfRole(role)),
  };
}
const lease = (seconds: number): KillEntry => ({
  grantId: freshGrantId(),
  until: new Date(NOW.getTime() + seconds * 1000),
  killedAt: NOW,
});

describe('the writer', () => {
  test('[KILL-8] writes what the table says, reads it back, and again does nothing', async () => {
    const { role, lists, iam, apply } = begin();
    const [one, two] = [lease(600), lease(900)];
    await lists.add(role, [one]);
    await lists.add(role, [two]);
    expect(await apply()).toMatchObject({ did: 'put', entries: 2, wide: false });
    expect(iam.policy).toContain(one.grantId);
    expect(iam.policy).toContain(two.grantId);
    expect(await apply()).toMatchObject({ did: 'nothing' });
    const { confirmed, confirmedAt } = await lists.read(role);
    expect([...confirmed].sort()).toEqual([one.grantId, two.grantId].sort());
    expect(confirmedAt).toEqual(NOW);
  });

  test('[KILL-8] drops entries whose lease has ended, and leaves no policy without any', async () => {
    const { role, lists, iam, time, apply } = begin();
    const [one, two] = [lease(600), lease(900)];
    await lists.add(role, [one, two]);
    await apply();
    time.now = new Date(NOW.getTime() + 700_000);
    expect(await apply()).toMatchObject({ did: 'put', entries: 1 });
    expect(iam.policy).not.toContain(one.grantId);
    expect((await lists.read(role)).entries).toEqual([two]);
    time.now = new Date(NOW.getTime() + 1_000_000);
    expect(await apply()).toMatchObject({ did: 'removed', entries: 0 });
    expect(iam.policy).toBeUndefined();
    expect(await apply()).toMatchObject({ did: 'nothing' });
  });

  test('[KILL-8] repairs what somebody changed in IAM', async () => {
    const { role, lists, iam, apply } = begin();
    await lists.add(role, [lease(600)]);
    await apply();
    const right = iam.policy;
    for (const wrong of [undefined, '{"Version":"2012-10-17","Statement":[]}']) {
      iam.policy = wrong;
      expect(await apply()).toMatchObject({ did: 'put' });
      expect(iam.policy).toBe(right);
    }
  });

  test('[KILL-20] thousands of leases of one role killed at once are all denied, in a row of bounded size', async () => {
    const { role, lists, iam, time, apply } = begin();
    const LEASES = 4000;
    const AT_ONCE = 100;
    for (let first = 0; first < LEASES; first += AT_ONCE)
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) =>
          lists.add(role, [{ ...lease(900), killedAt: new Date(NOW.getTime() + (first + index) * 10) }]),
        ),
      );
    time.now = new Date(NOW.getTime() + LEASES * 10);
    expect(await apply()).toMatchObject({ did: 'put', wide: true });
    const { entries, confirmed } = await lists.read(role);
    expect(entries.length).toBeLessThan(KEPT_ENTRIES + 2 * AT_ONCE);
    expect(new Set(confirmed)).toEqual(new Set(entries.map(({ grantId }) => grantId)));
    const { Condition } = JSON.parse(iam.policy ?? '').Statement[0];
    const until = new Date(Condition.DateLessThanEquals['aws:TokenIssueTime']);
    expect(until.getTime()).toBeGreaterThanOrEqual(NOW.getTime() + (LEASES - 1) * 10);
    // it narrows again no sooner than the last lease has ended, and then nothing of it is left
    time.now = new Date(NOW.getTime() + 900_000);
    expect(await apply()).toMatchObject({ did: 'nothing', wide: true });
    time.now = new Date(NOW.getTime() + 1_300_000);
    expect(await apply()).toMatchObject({ did: 'removed', entries: 0 });
    expect((await lists.read(role)).entries).toEqual([]);
  });

  test('[KILL-9] a throttled IAM loses nothing: the next try writes it all', async () => {
    for (const throttled of [1, 2, 3]) {
      const { role, lists, iam, apply } = begin();
      const entry = lease(600);
      await lists.add(role, [entry]);
      iam.throttled = throttled;
      for (let attempt = 0; attempt < throttled; attempt += 1)
        await expect(apply()).rejects.toMatchObject({ code: 'store_unavailable' });
      expect((await lists.read(role)).confirmedAt).toBeUndefined();
      await apply();
      expect(iam.policy).toContain(entry.grantId);
      expect((await lists.read(role)).confirmed).toEqual([entry.grantId]);
    }
  });

  test('[KILL-17] a role that is gone is told; one that is there again gets its list', async () => {
    const { role, lists, iam, apply } = begin();
    const entry = lease(600);
    await lists.add(role, [entry]);
    iam.gone = true;
    expect(await apply()).toMatchObject({ did: 'gone', entries: 1 });
    expect((await lists.read(role)).entries).toEqual([entry]);
    iam.gone = false;
    expect(await apply()).toMatchObject({ did: 'put', entries: 1 });
    expect(iam.policy).toContain(entry.grantId);
  });

  test('[KILL-34] an account that does not let it in is noted, confirms nothing, and gets its list once it is open', async () => {
    const { role, lists, iam, time, apply } = begin();
    const [short, long] = [lease(300), lease(900)];
    await lists.add(role, [short, long]);
    iam.shut = true;
    expect(await apply()).toMatchObject({ did: 'barred', entries: 2 });
    expect(await lists.findAccount(accountOfRole(role))).toEqual({ at: NOW, isOpen: false });
    time.now = new Date(NOW.getTime() + 400_000);
    expect(await apply()).toMatchObject({ did: 'barred', entries: 1 });
    expect(iam.calls).toEqual([]);
    const list = await lists.read(role);
    expect(list).toMatchObject({ entries: [long], confirmed: [], barredAt: time.now });
    expect(list.confirmedAt).toBeUndefined();
    iam.shut = false;
    expect(await apply()).toMatchObject({ did: 'put', entries: 1 });
    expect(iam.policy).toContain(long.grantId);
  });

  test('[KILL-28] a role that is leaving keeps the list it has, and gets none once that was cleared', async () => {
    const { role, lists, iam, time, apply } = begin();
    const [one, other] = [lease(600), lease(900)];
    await lists.add(role, [one]);
    await apply();
    iam.leaving = true;
    await lists.add(role, [other]);
    expect(await apply()).toMatchObject({ did: 'put', entries: 2 });
    iam.policy = undefined;
    expect(await apply()).toMatchObject({ did: 'left', entries: 2 });
    expect(iam.policy).toBeUndefined();
    time.now = new Date(NOW.getTime() + 700_000);
    expect(await apply()).toMatchObject({ did: 'left', entries: 1 });
    expect((await lists.read(role)).entries).toEqual([other]);
    // a deployment that is rolled back has the task again
    iam.leaving = false;
    expect(await apply()).toMatchObject({ did: 'put', entries: 1 });
  });

  test('[KILL-35] it looks into an account before anybody is killed there, and notes what it found', async () => {
    const { role, lists, iam, look } = begin();
    for (const isOpen of [true, false]) {
      iam.shut = !isOpen;
      expect(await look()).toBe(isOpen);
      expect(await lists.findAccount(accountOfRole(role))).toEqual({ at: NOW, isOpen });
    }
  });

  test('[KILL-8] an entry that comes while it writes is for the next run, never lost', async () => {
    const { role, lists, iam, apply } = begin();
    const [first, late] = [lease(600), lease(900)];
    await lists.add(role, [first]);
    const running = apply();
    await lists.add(role, [late]);
    await running;
    await apply();
    expect(iam.policy).toContain(late.grantId);
    expect((await lists.read(role)).entries).toHaveLength(2);
  });
});
