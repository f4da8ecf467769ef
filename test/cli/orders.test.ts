// Orders as a person gives them: what a refusal is about, and what to do.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
const SUSPEND = ['agents', 'suspend', 'reporter', '--reason', 'odd'];

test('[CLI-9] a refused order says what it is about, and nothing that would drive a terminal', async () => {
  const refusal = { error_description: 'It has another form.', code: 'agent_malformed', request_id: 'r-1' };
  const { code, stderr } = await answeredWith(400, { ...refusal, where: 'bindings\u001b.0' }, SUSPEND);
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^remit: It has another form\. \(bindings \.0, agent_malformed\)\n {2}fix: .*\n {2}request id: r-1\n$/,
  );
});

test('[CLI-9] local mode that is still starting says so, and to try again', async () => {
  const { code, stderr } = await answeredWith(503, { message: 'Local mode is starting.' }, SUSPEND);
  expect(code).toBe(4);
  expect(stderr).toBe('remit: Local mode is starting. (503)\n  fix: try again in a moment\n');
});

test('[CLI-9] a status that there is not is told with those that there are', async () => {
  const { code, stderr } = await runCli(['agents', 'list', '--status', 'actve'], { HOME: freshHome() });
  expect(code).toBe(2);
  expect(stderr).toContain('proposed, active, suspended, retired');
});
