// Signs, on a schedule, how far the audit trail has come; it is the one function that may use the key. What a sequencer
// left unfinished is finished first. Without a new checkpoint an alarm rings.

import { checkpointsOver } from '../src/adapters/aws/audit-over.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { type AuditCheckpointEnv, auditCheckpointEnv, readEnv } from '../src/config/env.ts';
import { makeCheckpoint } from '../src/core/audit/make-checkpoint.ts';

/** @throws Error when none could be made. */
export function buildAuditCheckpoint(
  env: AuditCheckpointEnv,
  world: World = {},
): (event: unknown) => Promise<void> {
  const telemetry = createTelemetry(world.log);
  const deps = checkpointsOver(env, world, telemetry);
  return async () => {
    const before = await deps.store.readCheckpoint();
    const made = await makeCheckpoint(deps);
    // another run was quicker, and counts
    if (made === undefined) return;
    const { number, at, heads } = made.statement;
    const since = before === undefined ? at : before.statement.at;
    const unsignedSeconds = Math.round((Date.parse(at) - Date.parse(since)) / 1000);
    const records = heads.reduce((sum, { seq }) => sum + seq, 0);
    telemetry.line({ operation: 'checkpoint', number, records, unsignedSeconds });
    telemetry.measure([
      { metric: 'auditCheckpoints', value: 1 },
      { metric: 'auditUnsigned', value: unsignedSeconds },
    ]);
  };
}

export const handler = onFirstEvent(() => buildAuditCheckpoint(readEnv(auditCheckpointEnv, process.env)));
