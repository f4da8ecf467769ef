// Kills and stops as people read them.

import * as z from 'zod';
import { notice, printable, tableLines } from './print.ts';

const scope = z.object({ kind: z.string(), id: z.string().optional() });
const change = z.object({ by: z.object({ subject: z.string() }), reason: z.string(), at: z.string() });
const kill = z.object({
  scope,
  change,
  ended: z.number(),
  counted: z.boolean().default(false),
  takenUp: z.boolean().default(false),
  leases: z.number().default(0),
  deadBy: z.string(),
  listedAt: z.string().optional(),
  secondsToDead: z.number().optional(),
  wide: z.array(z.string()).default([]),
  beyondReach: z.array(z.object({ role: z.string() })).default([]),
});
const listing = z.object({
  stops: z.array(z.object({ scope, change })),
  open: z.array(kill),
  settled: z.array(kill),
});
const answer = z.object({
  scope,
  says: z.array(z.string()),
  already: z.boolean().default(false),
  /** Status of a grant that was over before. */
  endedBefore: z.string().optional(),
});

/** Before an order that returns when nothing asked before it can still be given. */
export function sayWait({ json }: { readonly json?: boolean }, doing: string): void {
  if (!json) notice(`${doing}: requests under way are waited out, some 11 s`);
}

/** What an order to stop did: one sentence a line. */
export function killedLines(told: unknown): readonly string[] {
  const { scope: what, says, already, endedBefore } = answer.parse(told);
  const done =
    endedBefore !== undefined
      ? `${scopeText(what)} had ended before: ${endedBefore}`
      : `stopped ${scopeText(what)}${already ? ', which was stopped already' : ''}`;
  return [done, ...says.map((sentence) => `  ${sentence}`)].map(printable);
}

/** Stops that are on, and kills under way and over. */
export function killTables(told: unknown): readonly string[] {
  const { stops, open, settled } = listing.parse(told);
  const kills = [...open, ...settled].sort((one, other) => (one.change.at < other.change.at ? 1 : -1));
  return [
    ...(stops.length === 0
      ? ['no task, issuer or everything is stopped']
      : tableLines(['STOPPED', 'SINCE', 'BY', 'REASON'], stops.map(stopRow))),
    '',
    ...(kills.length === 0
      ? ['no kill in the last 30 days']
      : tableLines(
          ['KILLED', 'ORDERED', 'GRANTS', 'LEASES', 'DEAD', 'DENIES', 'REASON'],
          kills.map(killRow),
        )),
  ];
}

function stopRow({ scope: what, change: { at, by, reason } }: z.output<typeof listing>['stops'][number]) {
  return [scopeText(what), at, by.subject, reason];
}

function killRow(each: z.output<typeof kill>): string[] {
  const { ended, leases, change: of } = each;
  // a kill that broke off has ended these at least
  const grants = each.counted && !each.takenUp ? String(ended) : `${ended}+`;
  return [scopeText(each.scope), of.at, grants, String(leases), deadText(each), deniesText(each), of.reason];
}

function deniesText({ beyondReach, wide, listedAt }: z.output<typeof kill>): string {
  const shut = new Set(beyondReach.map(({ role }) => role.split(':')[4]));
  if (shut.size > 0) return `none in ${[...shut].join(', ')}`;
  if (wide.length > 0) return 'the role, wide';
  return listedAt === undefined ? '-' : 'its leases';
}

/** Never `dead` before it is known. */
function deadText({ secondsToDead, deadBy, leases, counted }: z.output<typeof kill>): string {
  if (counted && leases === 0 && Date.parse(deadBy) <= Date.now()) return 'no lease was alive';
  if (secondsToDead !== undefined) return `after ${secondsToDead} s`;
  return Date.parse(deadBy) > Date.now() ? `by ${deadBy} at the latest` : `due by ${deadBy}, not settled yet`;
}

/** `agent billing-agent`, `everything`. */
export function scopeText({ kind, id }: z.output<typeof scope>): string {
  return id === undefined ? kind : `${kind} ${id}`;
}
