// What a client does when a budget is used up: it waits a short time, tells a long one, and never hammers.

import { describe, expect, it, test } from 'vitest';
import { inWords, readBudgetRefusal } from '../../src/client/budget-refusal.ts';
import { startGrant } from '../../src/client/start-grant.ts';
import { ASKED, answerFirst, broker, client, failure, granted } from './broker-fixture.ts';
import { pendingReply, type Reply, refusal } from './fake-broker.ts';

const hour = { budget: 'task', budget_window: 'hour', budget_limit: 20 };
function exceeded(seconds: number, members: Record<string, unknown> = hour): Reply {
  const reply = refusal(429, 'budget_exceeded', { error: 'temporarily_unavailable', ...members });
  return { ...reply, headers: { 'retry-after': String(seconds) } };
}

describe('a request without room in its budget', () => {
  it('[BUDGET-13] is sent once, and the error says when to try again', async () => {
    broker.intercept = () => exceeded(720);
    expect(await failure(client().request(ASKED))).toMatchObject({
      code: 'budget_exceeded',
      message: 'The agent has begun as many grants of this task within an hour as its budget allows: 20.',
      fix: 'try again in 12 min',
      retryAfterSeconds: 720,
    });
    expect(broker.count('request')).toBe(1);
  });

  it('[BUDGET-13] is sent again when the wait is short', async () => {
    answerFirst(exceeded(1));
    expect((await granted()).kind).toBe('granted');
    expect(broker.count('request')).toBe(2);
  });

  it('[BUDGET-13] that no day allows is not sent again', async () => {
    const day = { budget: 'task', budget_window: 'day', budget_parameter: 'amount', budget_limit: 500 };
    broker.intercept = () => refusal(400, 'budget_too_small', { error: 'access_denied', ...day });
    expect(await failure(client().request(ASKED))).toMatchObject({
      message: 'This request alone is more than the 500 that a day allows for amount.',
      retryable: false,
    });
    expect(broker.count('request')).toBe(1);
  });
});

describe('a request that people approved, without room', () => {
  const wait = () => {
    const notices: string[] = [];
    const started = startGrant(client(), ASKED, {
      waitForApproval: true,
      signal: new AbortController().signal,
      onStarted: () => undefined,
      onNotice: (sentence) => void notices.push(sentence),
    });
    return { started, notices };
  };

  it('[BUDGET-13] is redeemed when there is, and says so meanwhile', async () => {
    broker.needsPerson = true;
    broker.decision = 'approved';
    const replies = [exceeded(1)];
    broker.intercept = ({ kind }) => (kind === 'poll' ? replies.shift() : undefined);
    const { started, notices } = wait();
    expect((await started).kind).toBe('granted');
    expect(broker.count('poll')).toBe(2);
    expect(notices.join()).toMatch(/as many grants of this task within an hour.*try again in 1 s/);
  });

  it('[BUDGET-13] fails at once when the approval would have lapsed by then', async () => {
    broker.intercept = ({ kind }) =>
      kind === 'poll' ? exceeded(5000) : pendingReply('01ARZ3NDEKTSV4RRFFQ69G5FAV', { auth_req_id: 'h' });
    expect((await failure(wait().started)).fix).toBe('try again in 84 min');
    expect(broker.count('poll')).toBe(1);
  });
});

describe('the sentence', () => {
  test.each([
    [
      { budget: 'agent', budget_window: 'hour', budget_limit: 9 },
      /as many grants within an hour/,
      'try again in 2 h',
    ],
    [
      { budget: 'task', budget_window: 'concurrent', budget_limit: 3 },
      /as many grants of this task at once as its budget allows: 3/,
      'try again when one has ended and its last lease is over, in 2 h at the latest',
    ],
    [
      { budget: 'task', budget_window: 'day', budget_limit: 500, budget_parameter: 'amount' },
      /no room left for that amount: 500 in 24 hours/,
      'try again in 2 h, or ask for less',
    ],
  ])('of %j', (members, sentence, fix) => {
    const read = readBudgetRefusal({ code: 'budget_exceeded', ...members }, 7200);
    expect(read?.sentence).toMatch(sentence);
    expect(read?.fix).toBe(fix);
  });

  it('a place among grants at once is asked for again within a minute', () => {
    const members = { budget: 'task', budget_window: 'concurrent', budget_limit: 3 };
    expect(readBudgetRefusal({ code: 'budget_exceeded', ...members }, 7200)?.retryAfterSeconds).toBe(60);
  });

  test.each([
    [{}],
    [{ ...hour, budget_window: 'minute' }],
    [{ ...hour, budget_parameter: 'a\nb' }],
    [{ ...hour, budget_limit: '20' }],
  ])('is the broker’s own where its members are not as they should be: %j', (members) => {
    expect(readBudgetRefusal({ code: 'budget_exceeded', ...members }, 5)).toBeUndefined();
  });

  test.each([
    [0.2, '1 s'],
    [90, '90 s'],
    [91, '2 min'],
    [5400, '90 min'],
    [5401, '2 h'],
    [86_400, '24 h'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });
});
