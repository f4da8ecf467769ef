// The form of a registration beside the registry's own check: what the form lets through, the registry takes.

import { describe, expect, test } from 'vitest';
import {
  EMPTY,
  problemsOf,
  type RegistrationDraft,
  registrationOf,
} from '../../console/pages/agents/registration.ts';
import { checkRegistration } from '../../src/core/lifecycle/register.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { CATALOG } from '../support/questions.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const PEOPLE = 'https://login.acme.example';

const [issuer] = CATALOG.issuers;
const [task] = CATALOG.tasks;

const GOOD: RegistrationDraft = {
  ...EMPTY,
  id: 'report-agent',
  ownerSubject: '7f0c2d1e-ada',
  ownerName: 'Ada (billing)',
  purpose: 'Reports.',
  environment: task?.environment ?? '',
  groups: '',
  bindings: [
    { issuer: issuer?.issuer ?? '', subject: 'repo:acme/reports', claims: 'ref = refs/heads/main\n' },
  ],
};

function isTaken(draft: RegistrationDraft): boolean {
  try {
    checkRegistration(CATALOG, registrationOf(draft, PEOPLE), NOW);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

describe('[CONSOLE-33] a registration', () => {
  test('that is whole is taken by both', () => {
    expect(problemsOf(GOOD, NOW.getTime())).toEqual({});
    expect(isTaken(GOOD)).toBe(true);
    expect(registrationOf(GOOD, PEOPLE).bindings[0]?.claims).toEqual({ ref: 'refs/heads/main' });
  });

  const [binding] = GOOD.bindings;
  const bad: readonly (readonly [string, Partial<RegistrationDraft>])[] = [
    ['without a name', { id: '' }],
    ['with a name that begins with a digit', { id: '1-agent' }],
    ['with a name that is too long', { id: `a${'b'.repeat(63)}` }],
    ['without an owner', { ownerSubject: ' ' }],
    ['with an owner’s name that is too long', { ownerName: 'n'.repeat(129) }],
    ['without a purpose', { purpose: '' }],
    ['with a purpose that cannot be seen', { purpose: 'a\u202eb' }],
    ['with an environment that is no name', { environment: 'Prod' }],
    ['with a group that is no name', { groups: 'Billing' }],
    ['with a review date in the past', { reviewBy: '2026-11-23' }],
    ['with a review date too far ahead', { reviewBy: '2027-02-23' }],
    ['with a review date that is none', { reviewBy: 'soon' }],
    ['without a subject', { bindings: [{ issuer: binding?.issuer ?? '', subject: '', claims: '' }] }],
    ['with one identity twice', { bindings: [...GOOD.bindings, ...GOOD.bindings] }],
  ];
  test.each(bad)('%s is refused by both', (_, change) => {
    const draft = { ...GOOD, ...change };
    expect(Object.keys(problemsOf(draft, NOW.getTime())).length).toBe(1);
    expect(isTaken(draft)).toBe(false);
  });

  test('with a claim that is no pair is refused by the form', () => {
    const draft = { ...GOOD, bindings: [{ issuer: 'i', subject: 's', claims: 'ref' }] };
    expect(problemsOf(draft, NOW.getTime())).toEqual({ 'bindings.0.claims': 'One “name = value” a line.' });
  });
});
