// The catalog's agents whose review is overdue when local mode starts are reviewed by the person at the keyboard, with
// an order like any other: nobody would try an agent that gets nothing. In AWS a person has to look first.

import * as z from 'zod';
import type { Catalog } from '../../core/model.ts';

/** What the trail says. */
const REASON = 'local mode started after the review date that the catalog has';

const reviewed = z.object({ reviewBy: z.iso.date() });

/** An agent that was overdue. */
export interface OverdueAgent {
  readonly id: string;
  /** Until when the catalog says. */
  readonly reviewBy: string;
  /** Until when it may act now; undefined when the order was refused. */
  readonly until?: string;
}

/** Orders the reviews at the broker's own address; one that is refused leaves its agent as it is. */
export async function reviewOverdue(
  brokerUrl: string,
  { catalog, now }: { readonly catalog: Catalog; readonly now: Date },
): Promise<readonly OverdueAgent[]> {
  const today = now.toISOString().slice(0, 10);
  const overdue = catalog.agents.flatMap(({ id, reviewBy }) =>
    reviewBy !== undefined && reviewBy < today ? [{ id, reviewBy }] : [],
  );
  return Promise.all(
    overdue.map(async ({ id, reviewBy }) => {
      const body = JSON.stringify({ command: 'agents.review', id, reason: REASON });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(new URL('/dev/admin', brokerUrl), { method: 'POST', headers, body });
      const told = reviewed.safeParse(await answer.json());
      return { id, reviewBy, ...(told.success && { until: told.data.reviewBy }) };
    }),
  );
}

/** For the person who watches. */
export function overdueLine({ id, reviewBy, until }: OverdueAgent): string {
  const now =
    until === undefined ? 'it could not be reviewed here' : `here it counts as reviewed until ${until}`;
  return `The catalog has the review of ${id} as due by ${reviewBy}: ${now}.`;
}
