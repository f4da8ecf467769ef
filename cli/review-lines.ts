// A review as people read it.

import type { ShownReview } from '../src/adapters/files/review-diff.ts';
import { commandText } from '../src/core/review/command-text.ts';
import type { DueReview } from '../src/core/review/due.ts';
import { printable, tableLines } from './print.ts';

/** Columns of the list, for people and for spreadsheets. */
export const DUE_COLUMNS = ['agent', 'review by', 'state', 'agent is', 'owner', 'purpose'];

/** One line of the list. */
export function dueCells(review: DueReview): string[] {
  const { agent, reviewBy, overdue, days, status, owner, purpose } = review;
  const late = overdue ? `overdue by ${-days} d: new grants are refused` : `due in ${days} d`;
  return [agent, reviewBy, late, status, `${owner.issuer} ${owner.subject}`, purpose];
}

/** One review, whole, with the digest that says what was looked at. */
export function reviewLines(review: ShownReview, digest: string): string[] {
  const { agent, overdue, since, may, granted, unusedTasks, unusedBindings, proposals, notes } = review;
  const uses = new Map(granted.map((use) => [use.task, use]));
  const rows = may.map(({ task, ruling, policies }) => {
    const use = uses.get(task);
    const used = use ? [`${use.count}`, `${use.leases}`, use.last.toISOString()] : ['-', '-', 'never'];
    return [task, ruling, ...used, policies.join(' ')];
  });
  const lost = granted.filter(({ task }) => !may.some((each) => each.task === task));
  return [
    `${agent.id} (${agent.status}), owned by ${printable(agent.owner.name ?? agent.owner.subject)}`,
    printable(agent.purpose),
    `review by ${agent.reviewBy}${overdue ? ', overdue: new grants are refused' : ''}; use since ${since.toISOString().slice(0, 10)}`,
    '',
    ...(rows.length === 0
      ? ['it may do nothing']
      : tableLines(['TASK', 'RULING', 'GRANTS', 'LEASES', 'LAST ASKED', 'POLICIES'], rows)),
    ...lost.map(({ task, last }) => `asked for, and not allowed now: ${task}, last ${last.toISOString()}`),
    ...(unusedTasks.length === 0 ? [] : ['', `never asked for: ${unusedTasks.join(', ')}`]),
    ...unusedBindings.map(({ issuer, subject }) => printable(`no request came from: ${issuer} ${subject}`)),
    ...(proposals.length === 0 ? [] : ['', 'proposed:']),
    ...proposals.flatMap(proposalLines),
    '',
    ...notes.map((note) => `note: ${note}`),
    `digest of what is shown: ${digest}`,
  ];
}

function proposalLines({ sentence, command, problem, diff }: ShownReview['proposals'][number]): string[] {
  return [
    `  ${printable(sentence)}`,
    ...(command === undefined ? [] : [`      ${printable(commandText(command))}`]),
    ...(diff === '' ? [] : ['      a patch of the catalog: --diff']),
    ...(problem === undefined ? [] : [`      no patch: ${printable(problem)}`]),
  ];
}

/** Which catalog was looked at, where a proposal has no patch. */
export function missingPatchNote(
  { proposals }: Pick<ShownReview, 'proposals'>,
  directory: string,
): string | undefined {
  if (proposals.every(({ problem }) => problem === undefined)) return undefined;
  return `patches were sought for the catalog in ${directory}; --catalog names another`;
}
