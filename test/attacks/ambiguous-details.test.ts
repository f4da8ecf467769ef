// An agent's request with a member named twice: what the agent's own checks read as one task and amount, and people and
// policies here as another.

import { expect, test } from 'vitest';
import { readAuthorizationDetails } from '../../src/adapters/http/authorization-details.ts';

const sent = (inner: string) => `[{"type":"remit_task","task":"close-account","purpose":"refund",${inner}}]`;

test('[TOKEN-8] a request without such a member is read', () => {
  const asked = readAuthorizationDetails(sent('"parameters":{"amount":70,"note":"twice \\"amount\\":1"}'));
  expect(asked).toEqual({
    task: 'close-account',
    purpose: 'refund',
    parameters: { amount: 70, note: 'twice "amount":1' },
  });
});

test.each([
  ['a parameter', '"parameters":{"amount":70,"amount":700}'],
  ['a parameter, spelt otherwise', String.raw`"parameters":{"amount":70,"\u0061mount":700}`],
  ['the task', '"task":"wire-money"'],
  ['the purpose', '"purpose":"another"'],
  ['the parameters', '"parameters":{"amount":70},"parameters":{"amount":700}'],
])('[TOKEN-8] %s named twice is refused', (_name, inner) => {
  expect(() => readAuthorizationDetails(sent(inner))).toThrow(
    expect.objectContaining({ code: 'details_malformed', detail: 'json duplicate member' }),
  );
});

test('[TOKEN-8] so is a member that makes a prototype', () => {
  expect(() => readAuthorizationDetails(sent('"parameters":{"__proto__":1}'))).toThrow(
    expect.objectContaining({ code: 'details_malformed', detail: 'json member name' }),
  );
});
