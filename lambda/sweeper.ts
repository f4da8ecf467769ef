// Runs every minute: ends the grants whose deadline has passed, and completes what a crash left of a workflow.

import { randomUUID } from 'node:crypto';
import { createDecisionStore } from '../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../src/adapters/aws/grants-table.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry, type Telemetry } from '../src/adapters/aws/telemetry.ts';
import { createWorkflow } from '../src/adapters/aws/workflow.ts';
import { clockOf, documentClient, type World, workflowClient } from '../src/adapters/aws/world.ts';
import { readEnv, type SweeperEnv, sweeperEnv } from '../src/config/env.ts';
import { oldestWaitingSeconds } from '../src/core/record/oldest-waiting.ts';
import { type SweepReport, sweep } from '../src/core/record/sweep.ts';

/** The sweeper over this grant table. @throws Error when something could not be ended, so that an alarm sees it. */
export function buildSweeper(env: SweeperEnv, world: World = {}): (event: unknown) => Promise<SweepReport> {
  const rows = { client: documentClient(world), table: env.GRANTS_TABLE };
  const deps = {
    grants: createGrantStore(rows),
    decisions: createDecisionStore(rows),
    workflow:
      world.workflow ?? createWorkflow({ client: workflowClient(world), stateMachineArn: env.WORKFLOW_ARN }),
    clock: clockOf(world),
  };
  const telemetry = createTelemetry(world.log);
  return async () => {
    const requestId = randomUUID();
    const swept = await sweep(deps, requestId);
    report(telemetry, swept, requestId);
    // after what must be done: it only tells
    telemetry.measure([{ metric: 'waited', value: await oldestWaitingSeconds(deps) }]);
    if (swept.failures > 0) throw new Error(`${swept.failures} grants or partitions could not be handled`);
    return swept;
  };
}

function report(telemetry: Telemetry, swept: SweepReport, requestId: string): void {
  const { ended, started, woken, failures } = swept;
  telemetry.line({ operation: 'sweep', requestId, failures, started, woken, ...ended }, failures > 0);
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
