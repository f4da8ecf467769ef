// What a client says of a refusal that names what is wrong, and that nothing else of an answer is repeated.

import { expect, test } from 'vitest';
import { readRefusalWords } from '../../src/client/refusal-words.ts';

test.each([
  [
    { code: 'details_malformed', field: 'purpose', problem: 'longer than 500 characters' },
    /^The purpose is longer than 500/,
    /one line of at most 500/,
  ],
  [
    { code: 'parameter_invalid', parameter: 'amount', problem: 'out of range' },
    /parameter amount .*: out of range\.$/,
    /what amount may be/,
  ],
  [
    { code: 'parameter_invalid', parameter: 'refund', problem: 'missing' },
    /parameter refund .*: missing\.$/,
    /--param refund=<value>/,
  ],
  [{ code: 'parameter_invalid', parameter: 'order', problem: 'not a string' }, /parameter order /, /--text/],
  [
    { code: 'parameter_invalid', problem: 'not a parameter of the task' },
    /parameters do not fit .*: not a parameter/,
    /catalog\/tasks/,
  ],
  [{ code: 'stopped', stopped: 'task' }, /stopped this task;/, undefined],
  [{ code: 'stopped', stopped: 'issuer' }, /stopped the issuer of this workload;/, undefined],
  [{ code: 'stopped', stopped: 'everything' }, /stopped everything;/, undefined],
])('[CLIENT-20] %o is told in words', (body, sentence, fix) => {
  expect(readRefusalWords(body)?.sentence).toMatch(sentence);
  if (fix === undefined) expect(readRefusalWords(body)?.fix).toBeUndefined();
  else expect(readRefusalWords(body)?.fix).toMatch(fix);
});

test.each([
  ['another code', { code: 'policy_denied', parameter: 'amount', problem: 'missing' }],
  ['no member', { code: 'stopped' }],
  ['a scope that there is not', { code: 'stopped', stopped: 'the world' }],
  ['an escape in a name', { code: 'parameter_invalid', parameter: 'a\u001b', problem: 'missing' }],
  ['an escape in a problem', { code: 'parameter_invalid', problem: '\u001b[2J' }],
  ['another field', { code: 'details_malformed', field: 'task', problem: 'empty' }],
])('[CLIENT-20] with %s the own sentence of the broker stands', (_, body) => {
  expect(readRefusalWords(body)).toBeUndefined();
});
