// Records of the trail for people: a line each, a table, CSV; or as they are.

import type { TrailRecord } from '../../src/core/audit/record.ts';

/** Columns of a table of records. */
export const RECORD_COLUMNS = ['time', 'type', 'agent', 'task', 'about', 'who', 'facts'] as const;

/** Told in columns of their own. */
const IN_COLUMNS = new Set(['agent', 'task', 'grantId', 'actorIssuer', 'actorSubject', 'actor', 'requestId']);
const LONGEST_FACTS = 120;

/** The cells of a record, each whole. */
export function recordCells({ at, event }: TrailRecord): readonly string[] {
  const { data, subject } = event;
  const text = (name: string) => (data[name] === undefined ? '' : String(data[name]));
  const facts = Object.entries(data).filter(([name]) => !IN_COLUMNS.has(name));
  return [
    event.time ?? at,
    event.type.replace(/^remit\./, ''),
    text('agent'),
    text('task'),
    text('grantId') || subject,
    text('actorSubject') || text('actor'),
    facts.map(([name, value]) => `${name}=${value}`).join(' '),
  ];
}

/** The cells as a screen has room for them. */
export function shortCells(record: TrailRecord): readonly string[] {
  return recordCells(record).map((cell) => {
    if (cell === '') return '-';
    return cell.length > LONGEST_FACTS ? `${cell.slice(0, LONGEST_FACTS - 1)}…` : cell;
  });
}
