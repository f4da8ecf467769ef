// Kill lists on moto's IAM, SQS and DynamoDB: real roles, a real FIFO queue, the real functions, and an IAM that throttles.

import { DeleteRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { tellKill } from '../../src/core/kill/tell-kill.ts';
import { freshGrantId } from '../support/grant.ts';
import {
  comesAgain,
  createTaskRole,
  deliver,
  done,
  type Killing,
  LEASE_SECONDS,
  RECEIVES,
  startKilling,
  take,
} from './killing.ts';

let killing: Killing;
let role: Awaited<ReturnType<typeof createTaskRole>>;
beforeEach(async () => {
  killing = await startKilling(inject('moto'));
  role = await createTaskRole(killing);
});
afterEach(() => killing.close());

const PROPAGATION_SECONDS = 120;
const lastLine = () => killing.lines.filter(({ operation }) => operation === 'killList').at(-1);
const openKill = async (killId: string) =>
  (await killing.orders.kills.listOpen()).find((each) => each.killId === killId);

describe('on a role of a task', () => {
  test('[KILL-8] the writer puts the list beside the ceiling, and confirms what it has read back', async () => {
    const { grantId, record } = await killing.killOne();
    expect((await killing.orders.lists.read(role.arn)).confirmed).toEqual([]);
    expect(await deliver(killing)).toBe('written');
    expect((await role.policies()).sort()).toEqual(['ceiling', 'remit-kill-list']);
    expect(JSON.parse(await role.policy())).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'RemitKillList',
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceIdentity': [`remit-${grantId}`] } },
        },
      ],
    });
    expect(JSON.parse(await role.policy('ceiling'))).toEqual(JSON.parse(role.ceiling));
    const { Role } = await killing.iam.send(new GetRoleCommand({ RoleName: role.RoleName }));
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(role.boundary);
    const { confirmed, confirmedAt } = await killing.orders.lists.read(role.arn);
    expect([confirmed, confirmedAt]).toEqual([[grantId], killing.now()]);
    killing.pass(PROPAGATION_SECONDS);
    await killing.settle();
    expect(await killing.orders.kills.find(record.killId)).toMatchObject({
      secondsToDead: PROPAGATION_SECONDS,
      settledAt: killing.now(),
    });
  });

  test('[KILL-8] the schedule puts right what somebody wrote there, and what somebody took away', async () => {
    await killing.killOne();
    await deliver(killing);
    const right = await role.policy();
    const foreign = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    for (const meddle of [
      () => role.remove(),
      () => role.put(JSON.stringify({ Version: '2012-10-17', Statement: [foreign] })),
      () => role.put(right.replace('remit-', 'remit-x')),
    ]) {
      await meddle();
      await killing.settle();
      expect(await deliver(killing)).toBe('written');
      expect(lastLine()).toMatchObject({ did: 'put', entries: 1 });
      expect(await role.policy()).toBe(right);
    }
    await killing.settle();
    expect(await deliver(killing)).toBe('written');
    expect(lastLine()).toMatchObject({ did: 'nothing', entries: 1 });
  });

  test('[KILL-8] once its leases have ended nothing of it is left that keeps the role from being deleted', async () => {
    await killing.killOne();
    killing.pass(300);
    const { grantId } = await killing.killOne();
    expect([await deliver(killing), await deliver(killing)]).toEqual(['written', 'written']);
    killing.pass(700);
    await killing.settle();
    await deliver(killing);
    expect(JSON.parse(await role.policy()).Statement[0].Condition).toEqual({
      StringEquals: { 'aws:SourceIdentity': [`remit-${grantId}`] },
    });
    await role.remove('ceiling');
    const removal = () => killing.iam.send(new DeleteRoleCommand({ RoleName: role.RoleName }));
    await expect(removal()).rejects.toMatchObject({ name: 'DeleteConflictException' });
    killing.pass(LEASE_SECONDS);
    await killing.settle();
    await deliver(killing);
    expect(lastLine()).toMatchObject({ did: 'removed', entries: 0 });
    expect(await role.policies()).toEqual([]);
    expect((await killing.orders.lists.read(role.arn)).entries).toEqual([]);
    await removal();
    // the pass over the open kills may have sent the role too
    while ((await deliver(killing)) === 'written');
    await killing.settle();
    expect(await deliver(killing)).toBe('nothing');
    killing.pass(3600);
    await killing.settle();
    expect(await deliver(killing)).toBe('written');
    expect(lastLine()).toMatchObject({ did: 'nothing', entries: 0 });
  });

  test('[KILL-6] more than fit become the wider Deny, which is told and read back like any other', async () => {
    const { record } = await killing.killOne();
    const [entry] = (await killing.orders.lists.read(role.arn)).entries;
    if (entry === undefined) throw new Error('nothing was listed');
    const many = Array.from({ length: 130 }, () => ({ ...entry, grantId: freshGrantId() }));
    await killing.orders.lists.add(role.arn, many);
    expect(await deliver(killing)).toBe('written');
    expect(lastLine()).toMatchObject({ did: 'put', wide: true, entries: 131 });
    expect(JSON.parse(await role.policy()).Statement[0].Condition).toEqual({
      DateLessThanEquals: { 'aws:TokenIssueTime': killing.now().toISOString().replace('.000Z', 'Z') },
    });
    expect((await killing.orders.lists.read(role.arn)).confirmed).toHaveLength(131);
    await killing.settle();
    expect(await killing.orders.kills.find(record.killId)).toMatchObject({ wide: [role.arn] });
  });

  test('[KILL-17] a role that is gone is told, waits nowhere, and its kill is settled', async () => {
    const { record } = await killing.killOne();
    await role.remove('ceiling');
    await killing.iam.send(new DeleteRoleCommand({ RoleName: role.RoleName }));
    expect(await deliver(killing)).toBe('written');
    expect(lastLine()).toMatchObject({ role: role.arn, did: 'gone', entries: 1 });
    expect([await killing.queues.waiting(), await killing.queues.dead()]).toEqual([0, 0]);
    killing.pass(LEASE_SECONDS + 60);
    await killing.settle();
    expect(await killing.orders.kills.find(record.killId)).toMatchObject({ settledAt: killing.now() });
    expect(await deliver(killing)).toBe('written');
    expect((await killing.orders.lists.read(role.arn)).entries).toEqual([]);
  });
});

describe('the queue', () => {
  test('[KILL-18] brings messages of one role one at a time, and other roles in between', async () => {
    const other = await createTaskRole(killing, 'other');
    const [first, second] = [await killing.killOne(), await killing.killOne()];
    await killing.killOne('other');
    const taken = [await take(killing), await take(killing), await take(killing)];
    const about = taken.map((message) => message && JSON.parse(message.Body ?? '').role);
    expect(about).toEqual([role.arn, other.arn, undefined]);
    const [message] = taken;
    if (message === undefined) throw new Error('nothing came');
    await killing.write({ Records: [{ body: message.Body ?? '' }] });
    await done(killing, message);
    // the second kill had written its entry before the first message was handled: one write had both
    for (const { grantId } of [first, second]) expect(await role.policy()).toContain(grantId);
    expect(await deliver(killing)).toBe('written');
    expect(lastLine()).toMatchObject({ role: role.arn, did: 'nothing', entries: 2 });
  });

  test('[KILL-18] folds no message into an earlier one: the entry that comes after a run is written by the next', async () => {
    await killing.killOne();
    const message = await take(killing);
    await killing.write({ Records: [{ body: message?.Body ?? '' }] });
    const { grantId } = await killing.killOne();
    expect(await role.policy()).not.toContain(grantId);
    expect(await deliver(killing)).toBe('nothing');
    await done(killing, message ?? {});
    expect(await deliver(killing)).toBe('written');
    expect(await role.policy()).toContain(grantId);
  });

  test('[KILL-18] a message that comes twice is harmless, also when things went on in between', async () => {
    await killing.killOne();
    const message = await take(killing);
    const again = () => killing.write({ Records: [{ body: message?.Body ?? '' }] });
    await again();
    await comesAgain(killing, message ?? {});
    const [written, read] = [await role.policy(), await killing.orders.lists.read(role.arn)];
    expect(await deliver(killing)).toBe('written');
    expect(lastLine()).toMatchObject({ did: 'nothing' });
    expect(await role.policy()).toBe(written);
    expect(await killing.orders.lists.read(role.arn)).toEqual(read);
    killing.pass(LEASE_SECONDS + 60);
    await again();
    await again();
    expect(await role.policies()).toEqual(['ceiling']);
  });

  test('[KILL-18] a send whose answer got lost is sent again and is one message', async () => {
    killing.aws.disturb('SendMessage', 'answer lost', { calls: 1 });
    await killing.killOne();
    expect([killing.aws.calls('SendMessage'), await killing.queues.waiting()]).toEqual([2, 1]);
  });
});

describe('an IAM that throttles', () => {
  test.each(['Throttling', 'ServiceUnavailable'] as const)(
    '[KILL-9] with %s now and then costs retries and nothing else',
    async (trouble) => {
      const { grantId } = await killing.killOne();
      killing.aws.disturb('PutRolePolicy', trouble, { calls: 2 });
      const before = killing.aws.calls('PutRolePolicy');
      expect(await deliver(killing)).toBe('written');
      expect(killing.aws.calls('PutRolePolicy') - before).toBe(3);
      expect(await role.policy()).toContain(grantId);
    },
  );

  test.each(['Throttling', 'ServiceUnavailable'] as const)(
    '[KILL-9] with %s for longer fails the run, says so, confirms nothing, and the queue brings it again',
    async (trouble) => {
      const { grantId } = await killing.killOne();
      killing.aws.disturb('PutRolePolicy', trouble, { calls: 4 });
      expect(await deliver(killing)).toBe('failed');
      expect(lastLine()).toMatchObject({
        role: role.arn,
        code: 'store_unavailable',
        detail: expect.any(String),
      });
      expect((await killing.orders.lists.read(role.arn)).confirmedAt).toBeUndefined();
      expect(await deliver(killing)).toBe('written');
      expect(await role.policy()).toContain(grantId);
      expect((await killing.orders.lists.read(role.arn)).confirmed).toEqual([grantId]);
    },
  );

  test('[KILL-9] that cannot be read after a write leaves the write unconfirmed until it can', async () => {
    const { grantId } = await killing.killOne();
    killing.aws.disturb('GetRolePolicy', 'Throttling', { after: 1, calls: 3 });
    expect(await deliver(killing)).toBe('failed');
    expect(await role.policy()).toContain(grantId);
    expect((await killing.orders.lists.read(role.arn)).confirmed).toEqual([]);
    expect(await deliver(killing)).toBe('written');
    expect((await killing.orders.lists.read(role.arn)).confirmed).toEqual([grantId]);
  });

  test('[KILL-9] without end ends among the dead letters, and no kill is told dead sooner than its leases are', async () => {
    const { grantId, record } = await killing.killOne();
    killing.aws.disturb('PutRolePolicy', 'Throttling', { calls: Number.POSITIVE_INFINITY });
    const runs: string[] = [];
    for (let run = 0; run <= RECEIVES; run += 1) runs.push(await deliver(killing));
    expect(runs).toEqual([...Array(RECEIVES).fill('failed'), 'nothing']);
    expect([await killing.queues.waiting(), await killing.queues.dead()]).toEqual([0, 1]);
    expect(await role.policies()).toEqual(['ceiling']);
    killing.pass(LEASE_SECONDS - 1);
    await killing.settle();
    const open = await openKill(record.killId);
    expect(open).toMatchObject({ roles: [role.arn], leases: 1 });
    expect(open?.listedAt).toBeUndefined();
    if (open !== undefined) expect(tellKill(open, killing.now()).says.join(' ')).toContain('1 lease went on');
    // the schedule has sent the role again, and IAM is well by now
    killing.aws.disturb('PutRolePolicy', 'Throttling', { calls: 0 });
    expect(await deliver(killing)).toBe('written');
    expect(await role.policy()).toContain(grantId);
    killing.pass(1);
    await killing.settle();
    expect(await killing.orders.kills.find(record.killId)).toMatchObject({ secondsToDead: LEASE_SECONDS });
  });
});
