// Refusals as events: what they tell of whom, and with which others they are counted.

import { expect, test } from 'vitest';
import { type Refused, refusalEvent } from '../../../src/core/audit/refusal-event.ts';
import { REFUSALS, type RefusalCode } from '../../../src/core/refusal.ts';

const refused = (facts: Refused['facts'], code: RefusalCode = 'policy_denied') =>
  refusalEvent({
    operation: 'token',
    code,
    detail: 'the detail',
    requestId: 'request-1',
    at: new Date('2026-11-24T12:00:00Z'),
    facts,
  });
const verified = { issuer: 'https://token.actions.githubusercontent.com', subject: 'repo:acme/app' };

test('[AUDIT-22] an agent is told by name, with the task it asked for and whose identity it showed', () => {
  expect(refused({ ...verified, agent: 'billing-agent', task: 'export-invoices', ask: 'task' })).toEqual({
    bucket: 'token#policy_denied#agent=billing-agent',
    event: {
      type: 'token.refused',
      at: new Date('2026-11-24T12:00:00Z'),
      requestId: 'request-1',
      facts: {
        code: 'policy_denied',
        agent: 'billing-agent',
        task: 'export-invoices',
        actorIssuer: verified.issuer,
        actorSubject: verified.subject,
        detail: 'the detail',
      },
    },
  });
});

test('[AUDIT-22] of a caller who proved nothing the code is told and nothing else', () => {
  const told = refused(
    { task: 'export-invoices', grantId: 'x', route: 'POST /x', detail: 'y' },
    'assertion_rejected',
  );
  expect(told?.bucket).toBe('token#assertion_rejected#unverified');
  expect(told?.event.facts).toEqual({ code: 'assertion_rejected' });
});

test('[AUDIT-8] what a caller may choose makes no kinds: subjects of a public issuer, tasks, grants, details', () => {
  const kinds = Array.from({ length: 1000 }, (_, index) => {
    const theirs = { subject: `repo:attacker/${index}`, task: `task-${index}`, grantId: `G${index}` };
    return refused({ ...verified, ...theirs }, 'agent_unknown')?.bucket;
  });
  expect(new Set(kinds).size).toBe(1);
  // people are those of the company, principals those that IAM lets in
  const person = (subject: string) => refused({ ...verified, subject, signedIn: true })?.bucket;
  expect(person('ada')).not.toBe(person('ben'));
  // and name agents of their choice
  expect(refused({ ...verified, signedIn: true, agent: 'x' })?.bucket).toBe(person(verified.subject));
  const principal = (arn: string) => refused({ principal: arn })?.bucket;
  expect(principal('arn:aws:iam::1:role/a')).not.toBe(principal('arn:aws:iam::1:role/b'));
});

test('names and details that are too long or strange are cut, hashed or left out', () => {
  const long = refused({ ...verified, agent: 'x'.repeat(2000), task: '=cmd|\u001b[31m' });
  expect(long?.bucket.length).toBeLessThan(80);
  expect(long?.event.facts).not.toHaveProperty('task');
});

test('an agent that waits is not refused, and every other code is', () => {
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  const untold = codes.filter((code) => refused(verified, code) === undefined);
  expect(untold).toEqual(['grant_pending']);
});
