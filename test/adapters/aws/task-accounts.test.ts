// How the kill-list function gets into accounts: which role it assumes, whose key signs a call of IAM, what it makes of an
// account that does not let it in. DynamoDB is the embedded one, STS and IAM answer below the SDK's clients.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildKillList } from '../../../lambda/kill-list.ts';
import { killListOver } from '../../../src/adapters/aws/kill-list-over.ts';
import type { Facts } from '../../../src/adapters/aws/telemetry.ts';
import type { RoleArn } from '../../../src/core/model.ts';
import { sampleCatalog, sampleTask } from '../../support/catalog.ts';
import { freshGrantId, NOW } from '../../support/grant.ts';
import { forward, respond, type SdkRequest, stsAnswer, textOf } from '../../support/sts-beside-tables.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const [HOME, OPEN, SHUT] = ['111122223333', '444455556666', '777788889999'];
const env = {
  CATALOG_FILE: 'none',
  REGISTRY_TABLE: TABLES.registry,
  ROLE_ACCOUNT: HOME,
  ROLE_PARTITION: 'aws',
  ROLE_PREFIX: 'remit',
};

const tasks = Array.from({ length: 20 }, (_, index) => sampleTask({ id: `a${index + 1}` }));
const catalog = sampleCatalog({ issuers: [], agents: [], tasks });

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

let now: Date;
/** Calls of STS and IAM: who signed, and the form. */
let asked: { key: string; form: Record<string, string> }[];
/** Policies by role name; an error of IAM or STS by action. */
let policies: Map<string, string>;
let trouble: Record<string, string>;
let lines: Facts[];
beforeEach(() => {
  now = NOW;
  asked = [];
  policies = new Map();
  trouble = {};
  lines = [];
});

function answer(form: Record<string, string>): [status: number, text: string] {
  const { Action = '', RoleArn = '', RoleName = '', PolicyDocument = '' } = form;
  const code = trouble[Action];
  if (code !== undefined) return [code === 'Throttling' ? 429 : 403, failure(code)];
  if (Action === 'AssumeRole') {
    const account = RoleArn.split(':')[4] ?? '';
    return account === SHUT
      ? [403, failure('AccessDenied')]
      : [200, stsAnswer(Action, now, `ASIA${account}`)];
  }
  if (Action === 'PutRolePolicy') policies.set(RoleName, PolicyDocument);
  const policy = policies.get(RoleName);
  if (Action === 'GetRolePolicy' && policy === undefined) return [404, failure('NoSuchEntity')];
  const document = `<PolicyDocument>${encodeURIComponent(policy ?? '')}</PolicyDocument>`;
  return [200, `<${Action}Response><${Action}Result>${document}</${Action}Result></${Action}Response>`];
}

const failure = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

async function handle(request: SdkRequest) {
  if (Object.keys(request.headers).some((name) => name.toLowerCase() === 'x-amz-target'))
    return forward(request);
  const form = Object.fromEntries(new URLSearchParams(textOf(request.body)));
  const [, key = ''] = /Credential=(\w+)\//.exec(JSON.stringify(request.headers)) ?? [];
  asked.push({ key, form });
  const [status, text] = answer(form);
  return respond(status, text, 'text/xml');
}

const worldOf = () => ({
  endpoint: tables.endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'OWN', secretAccessKey: 'test' },
  clock: () => now,
  catalog,
  log: (line: Facts) => void lines.push(line),
  requestHandler: { handle, destroy: () => undefined } as never,
});
let roles = 0;
async function listed(account: string) {
  roles += 1;
  const role = `arn:aws:iam::${account}:role/remit/remit-task-a${roles}` as RoleArn;
  const entry = { grantId: freshGrantId(), until: new Date(NOW.getTime() + 900_000), killedAt: NOW };
  const { lists } = killListOver(env, worldOf());
  await lists.add(role, [entry]);
  return { role, entry, lists, message: { Records: [{ body: JSON.stringify({ role }) }] } };
}
const actions = () => asked.map(({ key, form }) => `${key} ${form['Action']}`);

describe('the writer', () => {
  test('[KILL-36] writes at home by its own role, and elsewhere in a session of the one role that is for it', async () => {
    const write = buildKillList(env, worldOf());
    const [home, away] = [await listed(HOME), await listed(OPEN)];
    await write(home.message);
    expect(actions()).toEqual(['OWN GetRolePolicy', 'OWN PutRolePolicy', 'OWN GetRolePolicy']);
    asked = [];
    await write(away.message);
    expect(asked[0]).toMatchObject({
      key: 'OWN',
      form: {
        Action: 'AssumeRole',
        RoleArn: `arn:aws:iam::${OPEN}:role/remit/remit-kill-lists`,
        RoleSessionName: 'remit-kill-lists',
        DurationSeconds: '900',
      },
    });
    expect(actions().slice(1)).toEqual(
      ['GetRolePolicy', 'PutRolePolicy', 'GetRolePolicy'].map((each) => `ASIA${OPEN} ${each}`),
    );
    expect((await away.lists.read(away.role)).confirmed).toEqual([away.entry.grantId]);
  });

  test('[KILL-34] keeps a session until a minute before it ends, each account its own', async () => {
    const { accounts } = killListOver(env, worldOf());
    const assumed = () => asked.filter(({ form }) => form['Action'] === 'AssumeRole').length;
    const first = await accounts.policiesIn(OPEN);
    now = new Date(NOW.getTime() + 839_000);
    expect(await accounts.policiesIn(OPEN)).toBe(first);
    expect(assumed()).toBe(1);
    await accounts.policiesIn('123123123123');
    expect(assumed()).toBe(2);
    now = new Date(NOW.getTime() + 840_000);
    expect(await accounts.policiesIn(OPEN)).not.toBe(first);
    expect(assumed()).toBe(3);
  });

  test('[KILL-34] drops a session that IAM refuses: its role may have been taken away, or made anew', async () => {
    const write = buildKillList(env, worldOf());
    const { message } = await listed(OPEN);
    await write(message);
    trouble = { GetRolePolicy: 'InvalidClientTokenId' };
    await expect(write(message)).rejects.toMatchObject({ code: 'misconfigured' });
    trouble = { AssumeRole: 'AccessDenied' };
    await write(message);
    expect(lines.at(-1)).toMatchObject({ did: 'barred', entries: 1 });
  });

  test('[KILL-34] does not fail for an account that is shut, says so, and writes the others', async () => {
    const write = buildKillList(env, worldOf());
    const [shut, open] = [await listed(SHUT), await listed(OPEN)];
    await write(shut.message);
    expect(lines.at(-1)).toMatchObject({ operation: 'killList', role: shut.role, did: 'barred', entries: 1 });
    expect(await shut.lists.findAccount(SHUT)).toEqual({ at: NOW, isOpen: false });
    await write(open.message);
    expect(lines.at(-1)).toMatchObject({ role: open.role, did: 'put' });
  });

  test('[KILL-28] gives no new list to a role at home whose task has left the catalog', async () => {
    const write = buildKillList(env, { ...worldOf(), catalog: { ...catalog, tasks: [] } });
    const { message } = await listed(HOME);
    await write(message);
    expect(lines.at(-1)).toMatchObject({ did: 'left', entries: 1 });
    expect(actions()).toEqual(['OWN GetRolePolicy']);
    // in another account it stays until the stack there is deployed
    const away = await listed(OPEN);
    await write(away.message);
    expect(lines.at(-1)).toMatchObject({ did: 'put', entries: 1 });
  });

  test('[KILL-9] [KILL-34] fails where STS throttles, so that the queue brings the message again', async () => {
    const write = buildKillList(env, worldOf());
    const { message, role, lists } = await listed(OPEN);
    trouble = { AssumeRole: 'Throttling' };
    await expect(write(message)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(lines.at(-1)).toMatchObject({ role, code: 'store_unavailable', detail: 'Throttling' });
    expect((await lists.read(role)).barredAt).toBeUndefined();
    trouble = {};
    await write(message);
    expect(lines.at(-1)).toMatchObject({ did: 'put' });
  });
});

describe('its look into accounts', () => {
  test('[KILL-35] notes and tells each, and relies on no session in hand', async () => {
    const look = buildKillList(env, worldOf());
    const { message, lists } = await listed(OPEN);
    await look(message);
    await look({ accounts: [OPEN, SHUT] });
    expect(lines.slice(-2).map(({ account, did }) => [account, did])).toEqual(
      expect.arrayContaining([
        [OPEN, 'entered'],
        [SHUT, 'barred'],
      ]),
    );
    expect([await lists.findAccount(OPEN), await lists.findAccount(SHUT)]).toMatchObject([
      { isOpen: true },
      { isOpen: false },
    ]);
    trouble = { AssumeRole: 'AccessDenied' };
    await look({ accounts: [OPEN] });
    expect(await lists.findAccount(OPEN)).toMatchObject({ isOpen: false });
  });

  test('[KILL-35] of an account that throttles fails once the others were looked into', async () => {
    const look = buildKillList(env, worldOf());
    trouble = { AssumeRole: 'Throttling' };
    await expect(look({ accounts: [OPEN, SHUT] })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(lines.map(({ code }) => code)).toEqual(['store_unavailable', 'store_unavailable']);
  });
});
