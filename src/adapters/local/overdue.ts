// The catalog's agents whose review is overdue when local mode starts are reviewed by the person at the keyboard, with
// an order like any other: nobody would try an agent that gets nothing. In AWS a person has to look first.

import * as z from 'zod';
import { reviewDigest } from '../../core/lifecycle/agent-digest.ts';
import type { SeenAsText } from '../../core/lifecycle/agent-text.ts';
import type { Catalog } from '../../core/model.ts';

/** What the trail says. */
const REASON = 'local mode started after the review date that the catalog has';

const reviewed = z.object({ reviewBy: z.iso.date() });
const shown = z.object({
  agent: z.custom<SeenAsText>((value) => typeof value === 'object' && value !== null),
});

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
      const seen = shown.safeParse(await order(brokerUrl, { command: 'agents.show', id }));
      if (!seen.success) return { id, reviewBy };
      const digest = reviewDigest(seen.data.agent, catalog);
      const command = { command: 'agents.review', id, reviewDigest: digest, reason: REASON };
      const told = reviewed.safeParse(await order(brokerUrl, command));
      return { id, reviewBy, ...(told.success && { until: told.data.reviewBy }) };
    }),
  );
}

async function order(brokerUrl: string, command: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(command);
  return (await fetch(new URL('/dev/admin', brokerUrl), { method: 'POST', headers, body })).json();
}

/** For the person who watches. */
export function overdueLine({ id, reviewBy, until }: OverdueAgent): string {
  const now =
    until === undefined ? 'it could not be reviewed here' : `here it counts as reviewed until ${until}`;
  return `The catalog has the review of ${id} as due by ${reviewBy}: ${now}.`;
}
