// Orders as a person gives them: what a refusal is about, and what to do.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freshHome, runCli } from './run-cli.ts';

let stop = () => {};
afterEach(() => stop());

/** The command's outcome where every order is answered so. */
async function answeredWith(status: number, body: object, args: readonly string[]) {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  stop = () => server.close();
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return runCli([...args], { HOME: freshHome(), REMIT_BROKER: `http://127.0.0.1:${port}` });
}
const RESUME = ['agents', 'resume', 'reporter', '--reason', 'odd'];
const SUSPEND = ['agents', 'suspend', 'reporter', '--reason', 'odd'];

test('[CLI-9] a refused order says what it is about, and nothing that would drive a terminal', async () => {
  const refusal = { error_description: 'It has another form.', code: 'agent_malformed', request_id: 'r-1' };
  const { code, stderr } = await answeredWith(400, { ...refusal, where: 'bindings\u001b.0' }, RESUME);
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^remit: It has another form\. \(bindings \.0, agent_malformed\)\n {2}fix: .*\n {2}request id: r-1\n$/,
  );
});

test('[CLI-9] local mode that is still starting says so, and to try again', async () => {
  const { code, stderr } = await answeredWith(503, { message: 'Local mode is starting.' }, RESUME);
  expect(code).toBe(4);
  expect(stderr).toBe('remit: Local mode is starting. (503)\n  fix: try again in a moment\n');
});

test('[CLI-9] a status that there is not is told with those that there are', async () => {
  const { code, stderr } = await runCli(['agents', 'list', '--status', 'actve'], { HOME: freshHome() });
  expect(code).toBe(2);
  expect(stderr).toContain('proposed, active, suspended, retired');
});

test('[CLI-9] a registration that cannot be read says whether the file is missing, or where it is no JSON', async () => {
  const home = freshHome();
  const register = (file: string) =>
    runCli(['agents', 'register', join(home, file), '--reason', 'x'], { HOME: home });
  writeFileSync(join(home, 'broken.json'), '{ "id": "reporter",\n  "groups": [], }');
  const [missing, broken] = [await register('missing.json'), await register('broken.json')];
  expect([missing.code, broken.code]).toEqual([2, 2]);
  expect(missing.stderr).toMatch(/^remit: There is no file .*missing\.json\.\n {2}fix: .*--help/);
  expect(broken.stderr).toMatch(/^remit: .*broken\.json is not JSON: .*position 36/);
});

test('[CLI-9] a member of a registration that is wrong is told with its rule', async () => {
  const refusal = { error_description: 'It has another form.', code: 'agent_malformed' };
  const wrong = { ...refusal, where: 'environment', problem: 'no task has it; tasks have prod' };
  const { stderr } = await answeredWith(400, wrong, RESUME);
  expect(stderr).toContain('(environment: no task has it; tasks have prod, agent_malformed)');
});

test.each([
  [['kill', 'lift', 'task'], /^remit: Which task\? Its name is missing\.\n {2}fix: .*remit kill list/],
  [['kill', 'lift', 'issuer', ''], /^remit: Which issuer\?/],
  [['kill', 'agent', ''], /^remit: Which agent\?/],
])('[CLI-9] %j names nothing, and is told so before it is sent', async (args, sentence) => {
  const { code, stderr } = await runCli([...args, '--reason', 'x'], { HOME: freshHome() });
  expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
});

test.each([
  ['a\u202eb', 'with a line break or characters that nobody sees'],
  ['x'.repeat(501), 'longer than 500 characters'],
])('[CLI-9] a purpose that nobody could read is told before anybody is asked', async (purpose, problem) => {
  const asked = ['request', '--task', 'refund-customer', '--purpose', purpose];
  const { code, stderr } = await runCli(asked, { HOME: freshHome() });
  expect([code, stderr]).toEqual([
    2,
    `remit: The purpose is ${problem}.\n  fix: say it in one line of at most 500 characters that people can see\n`,
  ]);
});

test.each([
  ['request', '--task', 'refund-customer', '--agent', 'billing-agent'],
  ['approvals'],
  ['grants'],
  ['ask', 'holds'],
  ['passkeys', 'confirm', '--person', 'ben', '--code', 'ABCD-EFGH', '--reason', 'x'],
  ['kill', 'list'],
])('[CLI-26] remit %s ends with 4 where nobody answers', async (...args) => {
  const { code, stderr } = await runCli(args, { HOME: freshHome() });
  expect([code, stderr]).toEqual([4, expect.stringMatching(/^remit: .*\n {2}fix: /)]);
});

const UNKNOWN = { error_description: 'There is no such.', code: 'kill_target_unknown' };

test('[CLI-24] a target that there is not is told with its kind, and the nearest that there is', async () => {
  const task = await answeredWith(404, UNKNOWN, ['kill', 'task', 'refund-custmer', '--reason', 'x']);
  expect(task.code).toBe(3);
  expect(task.stderr).toMatch(
    /There is no task refund-custmer\. Did you mean refund-customer\? \(kill_target_unknown\)\n {2}fix: catalog\/tasks\//,
  );
  stop();
  const issuer = await answeredWith(404, UNKNOWN, ['kill', 'issuer', 'zzzzzz', '--reason', 'x']);
  expect(issuer.stderr).toMatch(/There is no issuer zzzzzz\. \(kill_target_unknown\)/);
});

test('[CLI-24] agents list says how many of which status it does not show', async () => {
  const agent = {
    id: 'reporter',
    status: 'active',
    environment: 'prod',
    owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
    reviewBy: '2026-12-31',
    purpose: 'Writes',
  };
  const told = await answeredWith(200, { agents: [agent] }, ['agents', 'list']);
  expect(told.stderr).toBe(
    'remit: only active agents; not shown: 1 proposed, 1 suspended, 1 retired (--status)\n',
  );
  stop();
  const asked = await answeredWith(200, { agents: [agent] }, ['agents', 'list', '--status', 'active']);
  expect(asked.stderr).toBe('');
});

test('[CLI-25] an order says why it waits, and that it was so already', async () => {
  const scope = { kind: 'agent', id: 'reporter' };
  const says = ['Nothing was open; nothing new is given.'];
  const { stdout, stderr } = await answeredWith(200, { scope, says, already: true }, SUSPEND);
  expect(stderr).toBe('remit: suspending reporter: requests under way are waited out, some 11 s\n');
  expect(stdout).toMatch(/^stopped agent reporter, which was stopped already\n/);
  stop();
  const id = '01K9Z3Q4M5N6P7R8S9T0V1W2X3';
  const ended = { scope: { kind: 'grant', id }, says, endedBefore: 'completed' };
  const kill = await answeredWith(200, ended, ['kill', 'grant', id.toLowerCase(), '--reason', 'x']);
  expect(kill.stdout).toMatch(new RegExp(`^grant ${id} had ended before: completed\n`));
});

test('[CLI-9] a digest that is none is told before anything is sent', async () => {
  const asked = ['agents', 'review', 'reporter', '--digest', 'sha256:0', '--reason', 'looked at it'];
  const { code, stderr } = await answeredWith(200, {}, asked);
  expect(code).toBe(2);
  expect(stderr).toContain('a digest is sha256: and 64 digits; remit reviews show <agent> prints it');
});
