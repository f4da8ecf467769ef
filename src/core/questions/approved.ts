// Who approved what: decisions of people, as the grants tell them. The evidence proves them; its key is shown.

import type { Approval, Grant } from '../model.ts';
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

/** Decisions, newest first. */
export const approved = question({
  name: 'approved',
  sentence: 'Who approved what?',
  parameters: {
    person: namedOrNot('person', 'only this person: the subject at the identity provider'),
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
    const decisions = items
      .flatMap((grant) => grant.approvals.map((decision) => ({ grant, decision })))
      .filter(
        ({ decision: { decidedAt, approver } }) =>
          decidedAt >= from && decidedAt <= to && (person === undefined || approver.subject === person),
      )
      .sort((one, other) => other.decision.decidedAt.getTime() - one.decision.decidedAt.getTime());
    return answer(COLUMNS, decisions.map(row), {
      isCut,
      notes: [agent === undefined && task === undefined && 'of the tasks that the catalog has now'],
    });
  },
});

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
