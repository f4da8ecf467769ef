// Kill lists on moto's IAM where they are harder: in another account, and on roles that are about to be deleted.

import { DeleteRoleCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { tellKill } from '../../src/core/kill/tell-kill.ts';
import { createTaskRole, deliver, type Killing, LEASE_SECONDS, startKilling } from './killing.ts';

let killing: Killing;
let role: Awaited<ReturnType<typeof createTaskRole>>;
beforeEach(async () => {
  killing = await startKilling(inject('moto'));
  role = await createTaskRole(killing);
});
afterEach(() => killing.close());

const PROPAGATION_SECONDS = 120;
const lastLine = () => killing.lines.filter(({ operation }) => operation === 'killList').at(-1);

describe('on a role that is about to be deleted', () => {
  const event = { ResourceProperties: { tasks: ['export-invoices', 'other'] } };
  const removal = () => killing.iam.send(new DeleteRoleCommand({ RoleName: role.RoleName }));

  test('[KILL-27] a list that stands is taken away with the stack, and another role may be gone before', async () => {
    await killing.killOne();
    await deliver(killing);
    // CloudFormation takes the ceiling away with the role, and knows of no other policy
    await role.remove('ceiling');
    await expect(removal()).rejects.toMatchObject({ name: 'DeleteConflictException' });
    await killing.clear({ RequestType: 'Delete', ...event });
    await removal();
    await killing.clear({ RequestType: 'Delete', ...event });
  });

  test('[KILL-27] [KILL-28] it is taken away when its task leaves the catalog, and does not come back', async () => {
    const other = await createTaskRole(killing, 'other');
    for (const task of ['export-invoices', 'other']) await killing.killOne(task);
    while ((await deliver(killing)) === 'written');
    const ResourceProperties = { tasks: ['other'] };
    const message = { Records: [{ body: JSON.stringify({ role: role.arn }) }] };
    const write = killing.writeWithout('export-invoices');
    // until lists are cleared its killed leases stay denied
    await write(message);
    expect(await role.policies()).toContain('remit-kill-list');
    await killing.clear({
      RequestType: 'Update',
      ResourceProperties,
      OldResourceProperties: event.ResourceProperties,
    });
    await write(message);
    expect(lastLine()).toMatchObject({ role: role.arn, did: 'left' });
    expect(await role.policies()).toEqual(['ceiling']);
    expect(await other.policies()).toContain('remit-kill-list');
  });
});

describe('on a role of another account', () => {
  const OTHER = '444455556666';
  const policyNames = async (there: Awaited<ReturnType<typeof createTaskRole>>) =>
    (await there.policies()).sort();

  test('[KILL-34] [KILL-36] the list is written there, in the session of its role, and taken away again', async () => {
    const there = await createTaskRole({ iam: await killing.iamOf(OTHER) }, 'export-invoices', OTHER);
    const { grantId, record } = await killing.killOne('export-invoices', OTHER);
    expect(await deliver(killing)).toBe('written');
    expect(lastLine()).toMatchObject({ role: there.arn, did: 'put', entries: 1 });
    expect(await policyNames(there)).toEqual(['ceiling', 'remit-kill-list']);
    expect(await there.policy()).toContain(`remit-${grantId}`);
    // the role of the same name at home is another one
    expect(await role.policies()).toEqual(['ceiling']);
    killing.pass(PROPAGATION_SECONDS);
    await killing.settle();
    expect(await killing.orders.kills.find(record.killId)).toMatchObject({
      secondsToDead: PROPAGATION_SECONDS,
    });
    killing.pass(LEASE_SECONDS);
    while ((await deliver(killing)) === 'written');
    await killing.settle();
    while ((await deliver(killing)) === 'written');
    expect(await policyNames(there)).toEqual(['ceiling']);
  });

  test('[KILL-34] that does not let the writer in waits in no queue, is told, and has its list when it does', async () => {
    const there = await createTaskRole({ iam: await killing.iamOf(OTHER) }, 'export-invoices', OTHER);
    killing.aws.disturb('AssumeRole', 'AccessDenied', { calls: Number.POSITIVE_INFINITY });
    const { grantId, record } = await killing.killOne('export-invoices', OTHER);
    const home = await killing.killOne();
    expect([await deliver(killing), await deliver(killing)]).toEqual(['written', 'written']);
    expect([await killing.queues.waiting(), await killing.queues.dead()]).toEqual([0, 0]);
    expect(await role.policy()).toContain(home.grantId);
    await killing.settle();
    const open = (await killing.orders.kills.listOpen()).find(({ killId }) => killId === record.killId);
    const until = new Date(killing.now().getTime() + LEASE_SECONDS * 1000).toISOString();
    if (open === undefined) throw new Error('the kill is settled');
    expect(tellKill(open, killing.now())).toMatchObject({ beyondReach: [{ role: there.arn, until }] });
    killing.aws.disturb('AssumeRole', 'AccessDenied', { calls: 0 });
    while ((await deliver(killing)) === 'written');
    expect(await there.policy()).toContain(grantId);
    killing.pass(PROPAGATION_SECONDS);
    await killing.settle();
    expect(await killing.orders.kills.find(record.killId)).toMatchObject({
      beyondReach: [],
      secondsToDead: PROPAGATION_SECONDS,
    });
  });
});
