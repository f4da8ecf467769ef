// Records of the trail for people: a line each, a table, CSV; or as they are.

import { actorOf } from '../../src/core/audit/agent-story.ts';
import type { TrailRecord } from '../../src/core/audit/record.ts';

/** Columns of a table of records. */
export const RECORD_COLUMNS = ['time', 'type', 'agent', 'task', 'about', 'who', 'facts'] as const;

/** Told in columns of their own. */
const IN_COLUMNS = new Set([
  'agent',
  'task',
  'grantId',
  'actorIssuer',
  'actorSubject',
  'approverIssuer',
  'approverSubject',
  'actor',
  'requestId',
]);
const LONGEST_FACTS = 120;

/** The cells of a record, each whole. */
export function recordCells(record: TrailRecord): readonly string[] {
  const { at, event } = record;
  const { data, subject } = event;
  const text = (name: string) => (data[name] === undefined ? '' : String(data[name]));
  const facts = Object.entries(data).filter(([name]) => !IN_COLUMNS.has(name));
  return [
    event.time ?? at,
    event.type.replace(/^remit\./, ''),
    text('agent'),
    text('task'),
    text('grantId') || subject,
    whoOf(record),
    facts.map(([name, value]) => `${name}=${value}`).join(' '),
  ];
}

/** Subject of whoever acted or decided, id of the agent that asked, or the part of Remit. */
function whoOf(record: TrailRecord): string {
  const { actorSubject } = record.event.data;
  if (actorSubject !== undefined) return String(actorSubject);
  const actor = actorOf(record);
  if (actor === undefined) return '';
  return actor.kind === 'person' ? actor.subject : actor.id;
}

/** The cells as a screen has room for them. */
export function shortCells(record: TrailRecord): readonly string[] {
  return recordCells(record).map((cell) => {
    if (cell === '') return '-';
    return cell.length > LONGEST_FACTS ? `${cell.slice(0, LONGEST_FACTS - 1)}…` : cell;
  });
}
