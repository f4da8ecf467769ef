// Orders to the audit function, by whoever may invoke it: take back what was set aside, or go over a table. Either puts
// records into the trail, so the trail tells of the order itself: why, and what came of it. Who it was the function cannot
// see; the platform's own log has the principal beside the request id.

import * as z from 'zod';
import { auditSources } from '../../config/tables.ts';
import { sequence } from '../../core/audit/sequence.ts';
import { isPlainWords } from '../../core/verify/plain-text.ts';
import { type RedriveDeps, type RedriveReport, redrive } from './redrive.ts';
import { type RescanDeps, type RescanReport, rescan } from './rescan.ts';

const REASON_LENGTH = 500;

const limit = z.number().int().min(1).max(10_000);
const reason = z
  .string()
  .trim()
  .refine(
    (text) => isPlainWords(text, REASON_LENGTH),
    'must be one line of printable characters, at most 500',
  );
const sources = z.enum(Object.keys(auditSources) as (keyof typeof auditSources)[]);
const orderSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('redrive'), limit: limit.default(100), reason }),
  z.strictObject({
    action: z.literal('rescan'),
    source: sources,
    after: z.string().optional(),
    limit: limit.default(1000),
    reason,
  }),
]);

/** What came of an order, and which it was. */
export interface Ordered {
  readonly action: 'redrive' | 'rescan';
  readonly done: RedriveReport | RescanReport;
}

/** Does what is asked, and records it. @throws Error for what is no order, or when a step failed: nothing is lost by a repetition */
export async function doAuditOrder(
  deps: RedriveDeps & RescanDeps,
  event: object,
  requestId: string,
): Promise<Ordered> {
  const order = orderSchema.parse(event);
  if (order.action === 'redrive') {
    const done = await redrive(deps, order.limit);
    await tell(deps, { type: 'audit.redriven', requestId, facts: { ...done, reason: order.reason } });
    return { action: 'redrive', done };
  }
  const done = await rescan(deps, order);
  const { scanned, recorded, gaps } = done;
  const facts = { table: order.source, scanned, recorded, gaps, reason: order.reason };
  await tell(deps, { type: 'audit.rescanned', requestId, facts });
  return { action: 'rescan', done };
}

interface Told {
  readonly type: 'audit.redriven' | 'audit.rescanned';
  readonly requestId: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** As the only event of a row of its own, which no table has. */
async function tell(deps: RedriveDeps, { type, requestId, facts }: Told): Promise<void> {
  const at = deps.clock().toISOString();
  const event = { type, at, requestId, facts: { ...facts, actor: 'audit-function' } };
  const image = { event, eventNumber: 1 };
  await sequence(deps, [{ source: 'orders', key: requestId, image, raw: JSON.stringify(image) }]);
}
