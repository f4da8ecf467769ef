// Drains the streams of the tables into the audit trail. Invoked by hand it takes back what was set aside (`redrive`), or
// goes over a table whose stream has forgotten something (`rescan`).

import * as z from 'zod';
import { auditOver } from '../src/adapters/aws/audit-over.ts';
import { drain, type LambdaRecord } from '../src/adapters/aws/drain.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { type RedriveReport, redrive } from '../src/adapters/aws/redrive.ts';
import { type RescanReport, rescan } from '../src/adapters/aws/rescan.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { type AuditEnv, auditEnv, readEnv } from '../src/config/env.ts';
import { auditSources } from '../src/config/tables.ts';

const limit = z.number().int().min(1).max(10_000);
const sources = Object.keys(auditSources) as (keyof typeof auditSources)[];
const orderSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('redrive'), limit: limit.default(100) }),
  z.strictObject({
    action: z.literal('rescan'),
    source: z.enum(sources),
    after: z.string().optional(),
    limit: limit.default(1000),
  }),
]);

interface StreamEvent {
  readonly Records: readonly LambdaRecord[];
}
interface StreamAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
type Answer = StreamAnswer | RedriveReport | RescanReport;

/** @throws Error for a batch that fails at its first change, and for an order that is none. */
export function buildAudit(
  env: AuditEnv,
  world: World = {},
): (event: StreamEvent | object) => Promise<Answer> {
  const telemetry = createTelemetry(world.log);
  const deps = auditOver(env, world, telemetry);
  return async (event) => {
    if (!('Records' in event)) {
      const order = orderSchema.parse(event);
      const done = await (order.action === 'redrive' ? redrive(deps, order.limit) : rescan(deps, order));
      telemetry.line({ operation: order.action, ...done });
      return done;
    }
    const { report, failedAt } = await drain(deps, deps.tables, event.Records);
    telemetry.line({ operation: 'audit', ...report, failedAt }, failedAt !== undefined);
    return { batchItemFailures: failedAt === undefined ? [] : [{ itemIdentifier: failedAt }] };
  };
}

export const handler = onFirstEvent(() => buildAudit(readEnv(auditEnv, process.env)));
