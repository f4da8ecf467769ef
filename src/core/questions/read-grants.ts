// Grants, read to a bound: lists by index, rows one by one.

import type { Grant } from '../model.ts';
import type { GrantSummary } from '../ports.ts';
import { type GrantQuery, listGrants } from '../record/list-grants.ts';
import { maximum } from './maximum.ts';
import type { QuestionPorts } from './question.ts';
import { eachOf, type Looked } from './read-agents.ts';

/** Grants that one question lists. */
export const GRANTS_LISTED = 2000;
/** Index pages that it reads for them. */
export const INDEX_PAGES = 100;
/** Rows that it reads whole. */
export const ROWS_READ = 500;

/** Lists what the query asks for, newest first. */
export async function list(
  { grants }: Pick<QuestionPorts, 'grants'>,
  query: Omit<GrantQuery, 'limit' | 'pages'>,
): Promise<Looked<GrantSummary>> {
  const listing = await listGrants(grants, { ...query, limit: GRANTS_LISTED, pages: INDEX_PAGES });
  return { items: listing.grants, isCut: listing.partial || listing.next !== undefined };
}

/** The whole rows of these grants, as many as are read. */
export async function rowsOf(
  { grants }: Pick<QuestionPorts, 'grants'>,
  { items, isCut }: Looked<GrantSummary>,
): Promise<Looked<Grant>> {
  const rows = await eachOf(items.slice(0, ROWS_READ), ({ grantId }) => grants.get(grantId));
  return { items: rows.filter((row) => row !== undefined), isCut: isCut || items.length > ROWS_READ };
}

/** How long before an instant a grant can have been asked for that is open then. */
export function longestLifeMs({ catalog }: Pick<QuestionPorts, 'catalog'>): number {
  const seconds = catalog.tasks.map(
    ({ maxDurationSeconds, approval }) => maxDurationSeconds + approval.expiresAfterSeconds,
  );
  return maximum(seconds) * 1000;
}
