// The custom resource that clears kill lists, as CloudFormation calls it: which roles, and what it answers.

import { beforeEach, expect, test } from 'vitest';
import { buildClearKillLists } from '../../../lambda/clear-kill-lists.ts';
import type { Facts } from '../../../src/adapters/aws/telemetry.ts';
import { NOW } from '../../support/grant.ts';
import { respond, type SdkRequest, textOf } from '../../support/sts-beside-tables.ts';

const env = { ROLE_ACCOUNT: '111122223333', ROLE_PARTITION: 'aws', ROLE_PREFIX: 'remit' };
let asked: Record<string, string>[];
let lines: Facts[];
let seconds: number;
/** How much longer than asked it pauses: rounds that IAM throttles take real time. */
let pace: number;
/** Error of IAM by role. */
let trouble: Record<string, string>;
beforeEach(() => {
  asked = [];
  lines = [];
  seconds = 0;
  pace = 1;
  trouble = {};
});

async function handle(request: SdkRequest) {
  const form = Object.fromEntries(new URLSearchParams(textOf(request.body)));
  asked.push(form);
  const code = trouble[form['RoleName'] ?? ''];
  if (code === undefined) return respond(200, '<DeleteRolePolicyResponse/>', 'text/xml');
  const text = `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
  return respond(code === 'Throttling' ? 429 : 404, text, 'text/xml');
}

const clear = (event: Parameters<ReturnType<typeof buildClearKillLists>>[0]) =>
  buildClearKillLists(env, {
    endpoint: 'http://localhost:1',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    clock: () => new Date(NOW.getTime() + seconds * 1000),
    pause: async (passed) => {
      seconds += passed * pace;
    },
    log: (line) => void lines.push(line),
    requestHandler: { handle, destroy: () => undefined } as never,
  })(event);
const roles = () => asked.map(({ RoleName }) => RoleName);
const named = (...tasks: string[]) => ({ tasks });
const ANSWER = { PhysicalResourceId: 'remit-kill-lists' };

test('[KILL-27] with the stack all roles are cleared, of the one policy that is ours', async () => {
  const event = { RequestType: 'Delete', ResourceProperties: named('one', 'two') } as const;
  expect(await clear(event)).toEqual(ANSWER);
  expect(roles()).toEqual(['remit-task-one', 'remit-task-two']);
  for (const { Action, PolicyName } of asked)
    expect([Action, PolicyName]).toEqual(['DeleteRolePolicy', 'remit-kill-list']);
});

test('[KILL-27] with an update only those are cleared whose tasks have left, and at first none', async () => {
  const before = { OldResourceProperties: named('one', 'two', 'three') };
  const update = { RequestType: 'Update', ResourceProperties: named('two', 'four'), ...before } as const;
  expect(await clear(update)).toEqual(ANSWER);
  expect(roles()).toEqual(['remit-task-one', 'remit-task-three']);
  asked = [];
  expect(await clear({ RequestType: 'Create', ResourceProperties: named('one') })).toEqual(ANSWER);
  expect(await clear({ ...update, OldResourceProperties: named('two') })).toEqual(ANSWER);
  expect(asked).toEqual([]);
});

test.each(['NoSuchEntity', 'AccessDenied'])(
  '[KILL-27] a role or a list that is gone fails nothing, whether IAM says %s',
  async (code) => {
    trouble = { 'remit-task-one': code };
    expect(await clear({ RequestType: 'Delete', ResourceProperties: named('one', 'two') })).toEqual(ANSWER);
    expect(roles()).toContain('remit-task-two');
  },
);

test('[KILL-27] an IAM that throttles to the end fails the deployment, which says that trying again helps', async () => {
  trouble = { 'remit-task-one': 'Throttling' };
  pace = 30;
  const cleared = clear({ RequestType: 'Delete', ResourceProperties: named('one', 'two') });
  await expect(cleared).rejects.toThrow('1 roles may still have a kill list; try again');
  expect(lines.at(-1)).toMatchObject({ cleared: 1, left: expect.stringContaining('remit-task-one') });
});
