import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { invokeFunction } from '../../cli/invoke-function.ts';
import { confirmRoute } from '../../src/adapters/local/confirm-route.ts';
import { createGateway } from '../../src/adapters/local/gateway.ts';
import { closeServer, listenLoopback } from '../../src/adapters/local/listen.ts';
import { freshHome, runCli } from './run-cli.ts';

const REFUSED = {
  error: 'invalid_request',
  error_description: 'No.',
  code: 'passkey_unknown',
  request_id: 'r',
};
const PASSKEY = { passkey: { credentialId: 'c', label: 'laptop', status: 'active' } };

describe('in local mode', () => {
  let server: Server;
  let broker: string;
  let events: object[] = [];
  beforeAll(async () => {
    const confirm = async (event: { confirm: { code: string } }) => {
      events.push(event);
      return event.confirm.code === 'ABCD-EFGH' ? PASSKEY : REFUSED;
    };
    const routes = [confirmRoute('http://localhost:1/people', confirm)];
    server = createGateway({ routes, clock: () => new Date() });
    broker = `http://localhost:${await listenLoopback(server, { port: 0, variable: 'REMIT_PORT' })}`;
  });
  afterAll(() => closeServer(server));
  beforeEach(() => {
    events = [];
  });
  const confirm = (...args: string[]) =>
    runCli(['passkeys', 'confirm', ...args], { HOME: freshHome(), REMIT_BROKER: broker });

  it('[LOCAL-39] [CLI-19] a persona is confirmed by the code of its page', async () => {
    const { code, stdout } = await confirm('--person', 'dora', '--code', 'abcdefgh', '--reason', 'met');
    expect([code, stdout]).toEqual([0, 'confirmed: the passkey "laptop" of dora is active\n']);
    const person = { issuer: 'http://localhost:1/people', subject: '51e0c9a7-dora' };
    expect(events).toEqual([{ confirm: { ...person, code: 'ABCD-EFGH', reason: 'met' } }]);
  });

  it('[CLI-19] a refusal is told with its code, and a code that is none is never sent', async () => {
    const refused = await confirm('--person', 'dora', '--code', 'AAAA-AAAA', '--reason', 'met');
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('passkey_unknown') });
    events = [];
    const nonsense = await confirm('--person', 'dora', '--code', 'nonsense!', '--reason', 'met');
    expect(nonsense).toMatchObject({ code: 2, stderr: expect.stringContaining('like ABCD-EFGH') });
    const silent = await confirm('--person', 'dora', '--code', 'ABCD-EFGH');
    expect(silent).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason <text>') });
    expect(events).toEqual([]);
  });

  it('[LOCAL-39] pages of other origins confirm nothing, and a malformed body is told', async () => {
    const post = (body: string, headers: Record<string, string> = {}) =>
      fetch(`${broker}/dev/passkeys/confirm`, { method: 'POST', body, headers });
    const body = JSON.stringify({ subject: 'dora', code: 'ABCD-EFGH' });
    expect((await post(body, { origin: 'http://localhost:1' })).status).toBe(403);
    for (const malformed of ['', '{', '[]', '{"subject":7}'])
      expect((await post(malformed)).status).toBe(400);
    expect(events).toEqual([]);
  });
});

describe('in AWS', () => {
  it('[CLI-19] one signed request invokes the function, and what it may not do is told', async () => {
    const seen: { headers: IncomingHttpHeaders; url: string | undefined; body: string }[] = [];
    const lambda = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push({ headers: request.headers, url: request.url, body });
      if (seen.length === 1) return void response.end(JSON.stringify(PASSKEY));
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException:http://x' }).end('{}');
    });
    await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAEXAMPLE';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
    const call = { functionName: 'remit-passkeys', region: 'eu-west-1', endpoint, event: { confirm: {} } };
    expect(await invokeFunction(call)).toEqual(PASSKEY);
    await expect(invokeFunction(call)).rejects.toThrow('was not run (AccessDeniedException)');
    await closeServer(lambda);
    expect(seen[0]).toMatchObject({
      url: '/2015-03-31/functions/remit-passkeys/invocations',
      body: '{"confirm":{}}',
      headers: {
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/lambda\//,
        ),
      },
    });
    expect(JSON.stringify(seen)).not.toContain('"secret"');
  });
});
