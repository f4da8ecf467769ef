// Runs every minute: ends the grants whose deadline has passed.

import { randomUUID } from 'node:crypto';
import { createGrantStore } from '../src/adapters/aws/grants-table.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry, type Telemetry } from '../src/adapters/aws/telemetry.ts';
import { clockOf, documentClient, type World } from '../src/adapters/aws/world.ts';
import { readEnv, type SweeperEnv, sweeperEnv } from '../src/config/env.ts';
import { type SweepReport, sweep } from '../src/core/record/sweep.ts';

/** The sweeper over this grant table. @throws Error when something could not be ended, so that an alarm sees it. */
export function buildSweeper(env: SweeperEnv, world: World = {}): (event: unknown) => Promise<SweepReport> {
  const grants = createGrantStore({ client: documentClient(world), table: env.GRANTS_TABLE });
  const telemetry = createTelemetry(world.log);
  return async () => {
    const requestId = randomUUID();
    const swept = await sweep({ grants, clock: clockOf(world) }, requestId);
    report(telemetry, swept, requestId);
    if (swept.failures > 0) throw new Error(`${swept.failures} grants or partitions could not be swept`);
    return swept;
  };
}

function report(telemetry: Telemetry, { ended, failures }: SweepReport, requestId: string): void {
  telemetry.line({ operation: 'sweep', requestId, failures, ...ended }, failures > 0);
  telemetry.measure([
    { metric: 'sweepFailures', value: failures },
    ...Object.entries(ended).map(([status, value]) => ({
      metric: 'swept' as const,
      value,
      dimension: { status },
    })),
  ]);
}

export const handler = onFirstEvent(() => buildSweeper(readEnv(sweeperEnv, process.env)));
