// Drains the streams of the tables into the audit trail. Invoked by hand it takes back what was set aside (`redrive`), or
// goes over a table whose stream has forgotten something (`rescan`).

import { randomUUID } from 'node:crypto';
import { doAuditOrder } from '../src/adapters/aws/audit-orders.ts';
import { auditOver } from '../src/adapters/aws/audit-over.ts';
import { drain, type LambdaRecord } from '../src/adapters/aws/drain.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import type { RedriveReport } from '../src/adapters/aws/redrive.ts';
import type { RescanReport } from '../src/adapters/aws/rescan.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { type AuditEnv, auditEnv, readEnv } from '../src/config/env.ts';

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
      const requestId = randomUUID();
      const { action, done } = await doAuditOrder(deps, event, requestId);
      telemetry.line({ operation: action, requestId, ...done });
      return done;
    }
    const { report, failedAt } = await drain(deps, deps.tables, event.Records);
    telemetry.line({ operation: 'audit', ...report, failedAt }, failedAt !== undefined);
    return { batchItemFailures: failedAt === undefined ? [] : [{ itemIdentifier: failedAt }] };
  };
}

export const handler = onFirstEvent(() => buildAudit(readEnv(auditEnv, process.env)));
