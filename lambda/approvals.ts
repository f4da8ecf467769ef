// The people's API on requests that wait: shows them and records decisions. It can mint nothing.

import { approvalsOver } from '../src/adapters/aws/approvals-over.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { gateOver } from '../src/adapters/aws/people-over.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { approvalRoutes } from '../src/adapters/http/people/approvals.ts';
import { choosePeopleAction } from '../src/adapters/http/people/route.ts';
import { type ApprovalsEnv, approvalsEnv, readEnv } from '../src/config/env.ts';

/** The endpoints over these resources. */
export function buildApprovals(env: ApprovalsEnv, world: World = {}): Handler {
  const deps = approvalsOver(env, world);
  const gate = gateOver(env, world, deps.trust.keys);
  return endpoint(createTelemetry(world.log), choosePeopleAction(approvalRoutes(deps), gate), {
    refusals: refusalsOver(env, world),
  });
}

export const handler = onFirstEvent(() => buildApprovals(readEnv(approvalsEnv, process.env)));
