// The call to the offboarding function over the wire, and what its answers become.

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isProofFailure, proofsOver, readProofQuestion } from '../../../src/adapters/aws/proof-maker.ts';
import { refusalOf } from '../../support/requests.ts';

let server: Server;
let answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };
const asked: { url: string | undefined; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push({ url: request.url, body: Buffer.concat(parts).toString() });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function maker() {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return proofsOver(
    { OFFBOARDING_FUNCTION: 'remit-offboarding' },
    { endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials },
  );
}

test('[OFF-3] asks with the name of the agent, and tells what was answered', async () => {
  const offboarding = { agent: 'reporter', state: 'waiting', checks: [], until: '2026-11-24T10:00:00.000Z' };
  answer = { status: 200, body: JSON.stringify({ offboarding }) };
  expect(await maker().ask('reporter')).toEqual(offboarding);
  const last = asked.at(-1);
  expect(last?.url).toContain('/functions/remit-offboarding/invocations');
  expect(readProofQuestion(JSON.parse(last?.body ?? ''))).toBe('reporter');
});

test('[OFF-4] what it refused is refused, and an answer that is none is ours to mend', async () => {
  answer = { status: 200, body: JSON.stringify({ refused: 'agent_not_retired' }) };
  expect((await refusalOf(maker().ask('reporter'))).code).toBe('agent_not_retired');
  for (const body of [
    '',
    'no JSON',
    'null',
    '{}',
    '{"refused":"toString"}',
    '{"offboarding":{"state":"dead"}}',
  ]) {
    answer = { status: 200, body };
    expect((await refusalOf(maker().ask('reporter'))).code).toBe('misconfigured');
  }
  answer = { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"x"}' };
  expect((await refusalOf(maker().ask('reporter'))).code).toBe('store_unavailable');
  answer = { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' };
  expect((await refusalOf(maker().ask('reporter'))).code).toBe('misconfigured');
});

test('[OFF-9] a question names an agent and nothing else', () => {
  for (const event of [undefined, {}, { agent: '' }, { agent: 'a', now: '2030-01-01T00:00:00Z' }])
    expect(() => readProofQuestion(event)).toThrow('does not name an agent');
});

test('[OFF-11] access that is not gone, a damaged proof and what is ours to mend are failures; waiting is none', () => {
  const stands = (state: 'waiting' | 'failed' | 'dead') =>
    isProofFailure({ offboarding: { agent: 'reporter', state, checks: [] } });
  expect([stands('waiting'), stands('failed'), stands('dead')]).toEqual([false, true, false]);
  const codes = ['proof_damaged', 'misconfigured', 'store_unavailable', 'agent_not_retired'] as const;
  expect(codes.filter((refused) => isProofFailure({ refused }))).toEqual(['proof_damaged', 'misconfigured']);
});
