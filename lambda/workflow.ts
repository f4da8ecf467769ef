// The steps of the approval workflow, called by the state machine alone.

import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { readEnv, type WorkflowEnv, workflowEnv } from '../src/config/env.ts';

export function buildWorkflow(_env: WorkflowEnv, _world: World = {}): (event: unknown) => Promise<unknown> {
  return async () => {
    throw new Error('no steps');
  };
}
export const handler = onFirstEvent(() => buildWorkflow(readEnv(workflowEnv, process.env)));
