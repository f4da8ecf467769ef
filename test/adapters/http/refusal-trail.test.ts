// Refusals on their way into the trail: never in the way of the answer.

import { expect, test } from 'vitest';
import { alsoInvokedDirectly } from '../../../src/adapters/aws/direct-confirmation.ts';
import type { Measure } from '../../../src/adapters/aws/telemetry.ts';
import { createRefusalTrail } from '../../../src/adapters/http/refusal-trail.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { httpEvent, refusing, serve } from '../../support/refusing.ts';

test.each([
  ['fails', () => Promise.reject(new Error('a secret in a message'))],
  ['hangs', () => new Promise<void>(() => undefined)],
])('[AUDIT-23] an outbox that %s changes no answer, and is seen in log and metric', async (_, count) => {
  const outbox = { count };
  const refusals = createRefusalTrail({ outbox, clock: () => new Date() });
  const told = serve(refusals, refusing('policy_denied'));
  const without = serve({ record: async () => undefined }, refusing('policy_denied'));
  const [answer, plain] = [await told.handler(httpEvent()), await without.handler(httpEvent())];
  const unlike = (text: string | undefined) => text?.replace(/"request_id":"[^"]+"/, '');
  expect([answer.statusCode, unlike(answer.body)]).toEqual([plain.statusCode, unlike(plain.body)]);
  expect(told.measures).toContainEqual({ metric: 'untoldRefusals', value: 1 });
  expect(without.measures).not.toContainEqual({ metric: 'untoldRefusals', value: 1 });
  expect(told.lines[0]).toMatchObject({ code: 'policy_denied', untold: expect.any(String) });
  expect(JSON.stringify(told.lines)).not.toContain('secret');
});

test('[AUDIT-23] while an outbox fails, later refusals do not wait for it, and are seen too; then it is tried again', async () => {
  let now = new Date('2026-11-24T12:00:00Z');
  let tries = 0;
  const count = async () => {
    tries += 1;
    if (tries === 1) throw new Error('throttled');
  };
  const refusals = createRefusalTrail({ outbox: { count }, clock: () => now });
  const { handler, lines } = serve(refusals, refusing('policy_denied'));
  for (let index = 0; index < 5; index += 1) await handler(httpEvent());
  expect([tries, lines.map(({ untold }) => untold)]).toEqual([
    1,
    ['Error', 'paused', 'paused', 'paused', 'paused'],
  ]);
  now = new Date('2026-11-24T12:00:06Z');
  await handler(httpEvent());
  expect([tries, lines.at(-1)?.['untold']]).toEqual([2, undefined]);
});

test('what is answered, an agent that waits, and tables out of reach are not told', async () => {
  const counted: string[] = [];
  const outbox = { count: async (bucket: string) => void counted.push(bucket) };
  const refusals = createRefusalTrail({ outbox, clock: () => new Date() });
  await serve(refusals, () => ({
    operation: 'token',
    role: 'client',
    run: async () => ({ status: 200, body: {} }),
  })).handler(httpEvent());
  for (const code of ['grant_pending', 'store_unavailable'] as const)
    await serve(refusals, refusing(code)).handler(httpEvent());
  expect(counted).toEqual([]);
  await serve(refusals, () => {
    throw new Refusal('route_unknown');
  }).handler(httpEvent('/nowhere'));
  expect(counted).toEqual(['request#route_unknown#unverified']);
});

test('[AUDIT-23] what IAM lets through past the HTTP API is counted too when it cannot be told', async () => {
  const measures: Measure[] = [];
  const handle = alsoInvokedDirectly({
    http: () => Promise.reject(new Error('no HTTP here')),
    telemetry: { line: () => undefined, measure: (each) => void measures.push(...each) },
    refusals: { record: async () => 'late' },
    confirm: () => Promise.reject(new Refusal('passkey_unknown')),
  });
  await handle({ confirm: 'nobody' });
  expect(measures).toEqual([{ metric: 'untoldRefusals', value: 1 }]);
});
