// Grants that could touch a resource: what each one's task and values permit, matched as IAM matches. What was really
// called is in CloudTrail, by the session name, which is the grant's.

import { matchesAction } from '../iam/match.ts';
import { arnsMeet } from '../iam/patterns-meet.ts';
import { renderPermissions } from '../iam/render.ts';
import { widenFor } from '../iam/template.ts';
import type { Grant, PolicyStatement, Task } from '../model.ts';
import { named, namedOrNot, rangeOf, time } from './parameters.ts';
import { answer, type Cell, type QuestionPorts, question } from './question.ts';
import { list, longestLifeMs, rowsOf } from './read-grants.ts';

const COLUMNS = [
  'grant',
  'agent',
  'task',
  'status',
  'requested',
  'last lease until',
  'actions',
  'matched',
  'catalog',
  'flags',
];
const DEFAULT_DAYS = 30;

interface Asked {
  readonly resource: string;
  readonly action?: string;
}

/** Grants by resource, newest first. */
export const touched = question({
  name: 'touched',
  sentence: 'Which grants could touch a resource?',
  parameters: {
    resource: named('resource', 'its ARN; * and ? stand for what IAM lets them stand for').regex(
      /^(?:arn:|[^:]*[*?])/,
      'not an ARN: it begins with arn:',
    ),
    action: namedOrNot('action', 'only by this action, such as s3:GetObject'),
    from: time('whose lease ended at this time or later; the last 30 days when left out'),
    to: time('requested at this time or earlier; now when left out'),
  },
  async answer(ports, { resource, action, ...given }) {
    const asked = { resource, ...(action !== undefined && { action }) };
    const { from, to } = rangeOf(ports.clock(), given, DEFAULT_DAYS);
    const tasks = new Map(
      ports.catalog.tasks.filter((task) => reaches(ports, task, asked)).map((task) => [task.id, task]),
    );
    const earliest = new Date(from.getTime() - longestLifeMs(ports));
    const listed = await list(ports, { tasks: [...tasks.keys()], from: earliest, to });
    const had = listed.items.filter(
      ({ leaseCount, leaseExpiresAt }) => leaseCount > 0 && (leaseExpiresAt ?? to) >= from,
    );
    const { items, isCut } = await rowsOf(ports, { items: had, isCut: listed.isCut });
    const rows = items.flatMap((grant) => rowsFor(ports, { grant, task: tasks.get(grant.task), asked }));
    return answer(COLUMNS, rows, {
      isCut,
      notes: [
        'what the leases permitted, by the tasks of the catalog as it is now; CloudTrail has what was called, under the grant id',
      ],
    });
  },
});

/** Whether any values of the task's parameters could lead to the resource. */
function reaches({ place }: QuestionPorts, task: Task, { resource, action }: Asked): boolean {
  const widen = widenFor(task, place);
  return task.permissions.some(
    ({ actions, resources }) =>
      (action === undefined || actions.some((each) => matchesAction(action, each))) &&
      resources.some((each) => arnsMeet(widen(each), resource)),
  );
}

interface Candidate {
  readonly grant: Grant;
  readonly task: Task | undefined;
  readonly asked: Asked;
}

function rowsFor(ports: QuestionPorts, { grant, task, asked }: Candidate): Cell[][] {
  const statements = task && permissionsOf(ports, grant, task);
  const first = [grant.grantId, grant.agent, grant.task, grant.status, grant.requestedAt.toISOString()];
  const lease = grant.leaseExpiresAt?.toISOString() ?? '';
  const catalog = grant.catalogDigest === ports.catalog.digest ? 'as now' : 'an earlier one';
  const flags = (grant.flags ?? []).join(' ');
  // values that the task of now does not take: what they led to then cannot be told
  if (statements === undefined)
    return [[...first, lease, '', 'cannot be told: the task has changed', catalog, flags]];
  const hits = statements.flatMap((each) => hitsOf(each, asked));
  if (hits.length === 0) return [];
  const actions = [...new Set(hits.flatMap((hit) => hit.actions))].join(' ');
  const matched = [...new Set(hits.map(({ pattern }) => pattern))].join(' ');
  return [[...first, lease, actions, matched, catalog, flags]];
}

function permissionsOf({ place }: QuestionPorts, { parameters }: Grant, task: Task) {
  try {
    return renderPermissions(task, parameters, place);
  } catch {
    return undefined;
  }
}

function hitsOf({ Action = [], Resource = [] }: PolicyStatement, { resource, action }: Asked) {
  const actions = [Action].flat().filter((each) => action === undefined || matchesAction(action, each));
  if (actions.length === 0) return [];
  return [Resource].flat().flatMap((pattern) => (arnsMeet(pattern, resource) ? [{ actions, pattern }] : []));
}
