// Makes proofs of offboardings: the one function that may use the key they are signed with. Called by those that take
// people's orders, with the name of an agent and nothing else.

import { randomUUID } from 'node:crypto';
import { offboardOver } from '../src/adapters/aws/offboard-over.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { isProofFailure, type ProofReply, readProofQuestion } from '../src/adapters/aws/proof-maker.ts';
import { createTelemetry, type Facts } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { type OffboardingEnv, offboardingEnv, readEnv } from '../src/config/env.ts';
import type { OffboardDeps } from '../src/core/offboard/ports.ts';
import { proveOffboarding } from '../src/core/offboard/prove.ts';
import { Refusal } from '../src/core/refusal.ts';

/** @throws Error for an event that names no agent, and for what is no refusal, so that an alarm sees it. */
export function buildOffboarding(
  env: OffboardingEnv,
  world: World = {},
): (event: unknown) => Promise<ProofReply> {
  const deps = offboardOver(env, world);
  const telemetry = createTelemetry(world.log);
  return async (event) => {
    const requestId = randomUUID();
    const agent = readProofQuestion(event);
    const { reply, facts } = await prove(deps, { agent, requestId });
    const isFailure = isProofFailure(reply);
    telemetry.line({ operation: 'offboarding', requestId, agent, ...facts }, isFailure);
    if (isFailure) telemetry.measure([{ metric: 'proofFailures', value: 1 }]);
    return reply;
  };
}

async function prove(
  deps: OffboardDeps,
  { agent, requestId }: { readonly agent: string; readonly requestId: string },
): Promise<{ readonly reply: ProofReply; readonly facts: Facts }> {
  try {
    const offboarding = await proveOffboarding(deps, agent, requestId);
    return { reply: { offboarding }, facts: { state: offboarding.state } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, detail } = error;
    return { reply: { refused: code }, facts: { code, detail } };
  }
}

export const handler = onFirstEvent(() => buildOffboarding(readEnv(offboardingEnv, process.env)));
