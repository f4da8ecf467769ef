// The registration of an agent as its form has it, and what the API would refuse of it, said field by field.

import type { Binding } from '../../../src/core/model.ts';
import { isPlainText } from '../../../src/core/verify/plain-text.ts';

/** One workload identity of the form. */
export interface BindingDraft {
  readonly issuer: string;
  readonly subject: string;
  /** One `name = value` a line. */
  readonly claims: string;
}

/** The form as it is typed. */
export interface RegistrationDraft {
  readonly id: string;
  readonly ownerSubject: string;
  readonly ownerName: string;
  readonly purpose: string;
  readonly environment: string;
  /** Separated by commas. */
  readonly groups: string;
  readonly reviewBy: string;
  readonly bindings: readonly BindingDraft[];
}

/** A field and what is wrong with it. */
export type Problems = Readonly<Record<string, string>>;

/** The limits of the registry (src/core/lifecycle/register.ts). */
const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const LONGEST = { subject: 256, name: 128, purpose: 500, identity: 512, claim: 256 } as const;
const MOST_BINDINGS = 20;
const MOST_GROUPS = 20;
const REVIEW_DAYS = 90;
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NAME_PROBLEM = 'Small letters, digits and hyphens, a letter first; at most 63.';

export const EMPTY_BINDING: BindingDraft = { issuer: '', subject: '', claims: '' };
export const EMPTY: RegistrationDraft = {
  id: '',
  ownerSubject: '',
  ownerName: '',
  purpose: '',
  environment: '',
  groups: '',
  reviewBy: '',
  bindings: [EMPTY_BINDING],
};

/** By field; bindings by `bindings.<number>.<field>`. Nothing when the API would take it, as far as can be told here. */
export function problemsOf(draft: RegistrationDraft, now: number): Problems {
  const { id, ownerSubject, ownerName, purpose, environment, reviewBy, bindings } = draft;
  const found: Record<string, string> = {
    id: NAME.test(id.trim()) ? '' : NAME_PROBLEM,
    ownerSubject: problemOfText(ownerSubject, LONGEST.subject),
    ownerName: ownerName.trim() === '' ? '' : problemOfText(ownerName, LONGEST.name),
    purpose: problemOfText(purpose, LONGEST.purpose),
    environment: NAME.test(environment.trim()) ? '' : NAME_PROBLEM,
    groups: problemOfGroups(groupsOf(draft)),
    reviewBy: problemOfDay(reviewBy.trim(), now),
    ...problemsOfBindings(bindings),
  };
  return onlyProblems(found);
}

/** The same of one further identity of an agent that has these. */
export function problemsOfAdded(added: BindingDraft, bindings: readonly Binding[]): Problems {
  const isThere = bindings.some((each) => identityOf(each) === identityOf(added));
  const { subject = '', ...found } = problemsOfMembers(added);
  return onlyProblems({ ...found, subject: isThere ? 'It is this agent already.' : subject });
}

/** What is wrong with a new purpose and new groups, where they are changed. */
export function problemsOfUpdate({
  purpose,
  groups,
}: Pick<RegistrationDraft, 'purpose' | 'groups'>): Problems {
  return onlyProblems({
    purpose: problemOfText(purpose, LONGEST.purpose),
    groups: problemOfGroups(groupsOf({ groups })),
  });
}

/** What is wrong with groups to add to these; empty when nothing is. */
export function problemOfAddedGroups(added: string, groups: readonly string[]): string {
  const wanted = groupsOf({ groups: added });
  const there = wanted.find((each) => groups.includes(each));
  if (wanted.length === 0) return 'This is needed.';
  return there === undefined ? problemOfGroups([...groups, ...wanted]) : `It has ${there} already.`;
}

function onlyProblems(found: Problems): Problems {
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== ''));
}

/** The registration as the API takes it. @param issuer of the people's identity provider */
export function registrationOf(draft: RegistrationDraft, issuer: string) {
  const name = draft.ownerName.trim();
  const reviewBy = draft.reviewBy.trim();
  return {
    id: draft.id.trim(),
    owner: { issuer, subject: draft.ownerSubject.trim(), ...(name !== '' && { name }) },
    purpose: draft.purpose.trim(),
    environment: draft.environment.trim(),
    groups: groupsOf(draft),
    bindings: draft.bindings.map(bindingOf),
    ...(reviewBy !== '' && { reviewBy }),
  };
}

/** The identity as the API takes it. */
export function bindingOf({ issuer, subject, claims }: BindingDraft) {
  const pairs = claimsOf(claims).flatMap((pair) => (pair === undefined ? [] : [pair]));
  return {
    issuer: issuer.trim(),
    subject: subject.trim(),
    ...(pairs.length > 0 && { claims: Object.fromEntries(pairs) }),
  };
}

function identityOf({ issuer, subject }: Pick<BindingDraft, 'issuer' | 'subject'>): string {
  return JSON.stringify([issuer.trim(), subject.trim()]);
}

/** Each once. */
export function groupsOf({ groups }: Pick<RegistrationDraft, 'groups'>): string[] {
  const all = groups.split(',').map((group) => group.trim());
  return [...new Set(all.filter((group) => group !== ''))];
}

/** What is wrong with identities, by `bindings.<number>.<field>`; those that are good have an empty text. */
function problemsOfBindings(bindings: readonly BindingDraft[]): Record<string, string> {
  const found: Record<string, string> = {
    bindings: bindings.length > MOST_BINDINGS ? `At most ${MOST_BINDINGS}.` : '',
  };
  const all = bindings.map(identityOf);
  bindings.forEach((binding, at) => {
    const isTwice = all.indexOf(identityOf(binding)) < at;
    for (const [member, problem] of Object.entries(problemsOfMembers(binding)))
      found[`bindings.${at}.${member}`] = problem;
    if (isTwice) found[`bindings.${at}.subject`] = 'The same identity is above.';
  });
  return found;
}

function problemsOfMembers({
  issuer,
  subject,
  claims,
}: BindingDraft): Readonly<Record<keyof BindingDraft, string>> {
  return {
    issuer: problemOfText(issuer, LONGEST.identity),
    subject: problemOfText(subject, LONGEST.identity),
    claims: problemOfClaims(claims),
  };
}

/** Pairs; undefined for a line that is none. */
function claimsOf(text: string): (readonly [string, string] | undefined)[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const at = line.indexOf('=');
    const pair = [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
    const isGood = at > 0 && isPlainText(pair[0], LONGEST.name) && isPlainText(pair[1], LONGEST.claim);
    return isGood ? pair : undefined;
  });
}

function problemOfText(text: string, longest: number): string {
  if (text.trim() === '') return 'This is needed.';
  return isPlainText(text.trim(), longest) ? '' : `At most ${longest} characters that can be seen.`;
}

function problemOfGroups(groups: readonly string[]): string {
  if (groups.length > MOST_GROUPS) return `At most ${MOST_GROUPS}.`;
  return groups.every((group) => NAME.test(group)) ? '' : `Each group: ${NAME_PROBLEM}`;
}

function problemOfClaims(text: string): string {
  return claimsOf(text).includes(undefined) ? 'One “name = value” a line.' : '';
}

function problemOfDay(day: string, now: number): string {
  if (day === '') return '';
  const last = new Date(now + REVIEW_DAYS * DAY_MS).toISOString().slice(0, 10);
  const first = new Date(now).toISOString().slice(0, 10);
  const isDay = DAY.test(day) && !Number.isNaN(Date.parse(day));
  return isDay && day >= first && day <= last ? '' : `A day (YYYY-MM-DD) from today to ${last}.`;
}
