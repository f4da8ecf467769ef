// Who approved what: decisions of people, as the grants tell them. The evidence proves them; its key is shown.

import type { Approval, Grant, Person } from '../model.ts';
import { meantPerson } from '../people/meant-person.ts';
import { namedOrNot, rangeOf, time } from './parameters.ts';
import { answer, question } from './question.ts';
import { list, longestLifeMs, rowsOf } from './read-grants.ts';

const COLUMNS = [
  'decided',
  'decision',
  'person',
  'task',
  'agent',
  'grant',
  'reason',
  'request digest',
  'evidence',
];
const DEFAULT_DAYS = 30;
/** In a note. */
const PEOPLE_NAMED = 20;

/** Decisions, newest first. */
export const approved = question({
  name: 'approved',
  sentence: 'Who approved what?',
  parameters: {
    person: namedOrNot('person', 'only this person: the subject at the identity provider, or the end of it'),
    agent: namedOrNot('agent', 'only requests of this agent'),
    task: namedOrNot('task', 'only requests for this task'),
    from: time('decided at this time or later; the last 30 days when left out'),
    to: time('decided at this time or earlier; now when left out'),
  },
  async answer(ports, { person, agent, task, ...given }) {
    const { from, to } = rangeOf(ports.clock(), given, DEFAULT_DAYS);
    // a request is decided on at most this long after it was made
    const asked = { from: new Date(from.getTime() - longestLifeMs(ports)), to };
    const tasks = ports.catalog.tasks.filter(({ approval }) => approval.approvers.length > 0);
    const ids = tasks.map(({ id }) => id);
    const listed = await list(ports, {
      ...asked,
      ...(agent && { agent }),
      ...(task && { task }),
      tasks: ids,
    });
    const { items, isCut } = await rowsOf(ports, listed);
    const all = items
      .flatMap((grant) => grant.approvals.map((decision) => ({ grant, decision })))
      .filter(({ decision: { decidedAt } }) => decidedAt >= from && decidedAt <= to);
    const people = all.map(({ decision }) => decision.approver);
    const meant = person === undefined ? undefined : meantPerson(person, people);
    const decisions = all
      .filter(({ decision: { approver } }) => person === undefined || approver.subject === meant)
      .sort((one, other) => other.decision.decidedAt.getTime() - one.decision.decidedAt.getTime());
    return answer(COLUMNS, decisions.map(row), {
      isCut,
      notes: [
        person !== undefined && whoIsMeant(person, { meant, people }),
        agent === undefined && task === undefined && 'of the tasks that the catalog has now',
      ],
    });
  },
});

/** A name that nobody of that time has must not read like somebody who did nothing. */
function whoIsMeant(
  given: string,
  { meant, people }: { readonly meant: string | undefined; readonly people: readonly Person[] },
): string | undefined {
  if (meant === given) return undefined;
  if (meant !== undefined) return `${given} is taken for ${meant}`;
  const known = [...new Set(people.map(({ subject }) => subject))].slice(0, PEOPLE_NAMED);
  const others = known.length === 0 ? 'nobody decided then' : `those who did: ${known.join(', ')}`;
  return `no decision of that time is of one person ${given}; ${others}`;
}

function row({ grant, decision }: { readonly grant: Grant; readonly decision: Approval }) {
  return [
    decision.decidedAt.toISOString(),
    decision.decision,
    `${decision.approver.issuer} ${decision.approver.subject}`,
    grant.task,
    grant.agent,
    grant.grantId,
    decision.reason ?? '',
    decision.requestDigest,
    decision.evidenceId,
  ];
}
