// The steps of the approval workflow, called by the state machine alone. An event of another shape is refused whole.

import { randomUUID } from 'node:crypto';
import { createFindingStore } from '../src/adapters/aws/findings-table.ts';
import { createDecisionStore } from '../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../src/adapters/aws/grants-table.ts';
import { createNotifier, TELL_TRIES } from '../src/adapters/aws/notifier.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { createWaker } from '../src/adapters/aws/workflow.ts';
import { workflowMeasures } from '../src/adapters/aws/workflow-measures.ts';
import { readWorkflowStep } from '../src/adapters/aws/workflow-step.ts';
import { clockOf, documentClient, type World, workflowClient } from '../src/adapters/aws/world.ts';
import { loadCatalog } from '../src/adapters/files/compiled-catalog.ts';
import { readEnv, type WorkflowEnv, workflowEnv } from '../src/config/env.ts';
import { performStep, type Telling } from '../src/core/approve/workflow.ts';

/** One step. @throws Error or Refusal, which the state machine tries again */
export function buildWorkflow(env: WorkflowEnv, world: World = {}): (event: unknown) => Promise<unknown> {
  const client = documentClient(world);
  const rows = { client, table: env.GRANTS_TABLE };
  const telemetry = createTelemetry(world.log);
  const deps = {
    catalog: world.catalog ?? loadCatalog(env.CATALOG_FILE),
    place: { partition: env.ROLE_PARTITION, account: env.ROLE_ACCOUNT, prefix: env.ROLE_PREFIX },
    grants: createGrantStore(rows),
    decisions: createDecisionStore(rows),
    workflow: world.workflow ?? createWaker(workflowClient(world)),
    notifier:
      world.notifier ??
      createNotifier({ topicArn: env.NOTIFY_TOPIC_ARN, bus: env.EVENT_BUS, tries: TELL_TRIES }, world),
    findings: createFindingStore({ client, table: env.FINDINGS_TABLE }),
    count: (telling: Telling) => telemetry.measure(workflowMeasures(telling)),
    clock: clockOf(world),
    origin: env.CONSOLE_ORIGIN,
  };
  return async (event) => {
    const requestId = randomUUID();
    const step = readWorkflowStep(event);
    const answer = await performStep(deps, step, requestId);
    telemetry.line({ operation: 'workflow', requestId, step: step.step, grantId: step.grantId });
    return answer;
  };
}

export const handler = onFirstEvent(() => buildWorkflow(readEnv(workflowEnv, process.env)));
