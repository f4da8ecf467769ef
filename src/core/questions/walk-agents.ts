// A walk through the agents of the registry that an answer can stop and the next one go on with: by status, page by page,
// to a bound of agents and of rows. Nothing is left out between two parts.

import * as z from 'zod';
import type { AgentSummary } from '../lifecycle/ports.ts';
import type { AgentStatus, RegisteredAgent } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { type QuestionPorts, ROWS_SHOWN } from './question.ts';
import { AGENTS_LOOKED_AT, eachOf } from './read-agents.ts';

const PAGE = 100;
/** Longer than any cursor that a walk gives. */
const MAX_CURSOR_CHARACTERS = 4000;

/** Which agents, and where to go on. */
export interface Walk {
  readonly statuses: readonly AgentStatus[];
  /** Only those whose review date is this one or earlier. */
  readonly reviewBy?: string;
  /** Of an earlier part. */
  readonly next?: string | undefined;
}

/** One part of a walk. */
export interface Walked<Row> {
  /** Agents that were looked at. */
  readonly count: number;
  readonly rows: readonly Row[];
  /** Where the next part begins; absent at the end. */
  readonly next?: string;
}

type Agents = { readonly agents: Pick<QuestionPorts['agents'], 'listByStatus'> };

/**
 * Looks at agents until there are enough of them, or rows, and ends between two pages.
 * @throws Refusal `question_malformed` for a cursor that no walk gave, and what the registry refuses
 */
export async function walkAgents<Row>(
  { agents }: Agents,
  { statuses, reviewBy, next }: Walk,
  rowsOf: (page: readonly AgentSummary[]) => Promise<readonly Row[]>,
): Promise<Walked<Row>> {
  const rows: Row[] = [];
  let count = 0;
  let { at, page } = next === undefined ? { at: 0 } : readCursor(next, statuses.length);
  while (at < statuses.length) {
    if (count >= AGENTS_LOOKED_AT || rows.length >= ROWS_SHOWN)
      return { count, rows, next: writeCursor({ at, ...(page !== undefined && { page }) }) };
    const status = statuses[at] as AgentStatus;
    const listed = await agents.listByStatus(status, {
      limit: PAGE,
      ...(page !== undefined && { next: page }),
      ...(reviewBy !== undefined && { reviewBy }),
    });
    count += listed.agents.length;
    rows.push(...(await rowsOf(listed.agents)));
    page = listed.next;
    if (page === undefined) at += 1;
  }
  return { count, rows };
}

/** The same with groups and bindings, which lists do not have. */
export function walkRegistered<Row>(
  ports: { readonly agents: Pick<QuestionPorts['agents'], 'find' | 'listByStatus'> },
  walk: Walk,
  rowsOf: (agent: RegisteredAgent) => readonly Row[],
): Promise<Walked<Row>> {
  return walkAgents(ports, walk, async (page) => {
    const seen = await eachOf(page, ({ id }) => ports.agents.find(id));
    return seen.flatMap((each) => (each === undefined ? [] : rowsOf(each.agent)));
  });
}

const cursorSchema = z.strictObject({ at: z.int().min(0), page: z.string().min(1).optional() });
type Cursor = z.output<typeof cursorSchema>;

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string, statuses: number): Cursor {
  try {
    if (text.length > MAX_CURSOR_CHARACTERS) throw new Error('too long');
    const cursor = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (cursor.at >= statuses) throw new Error('no such status');
    return cursor;
  } catch (cause) {
    throw new Refusal('question_malformed', { detail: 'next', members: { parameter: 'next' }, cause });
  }
}
