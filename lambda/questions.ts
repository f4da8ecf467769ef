// The people's API for security teams: questions about grants and agents, and searches of the audit trail.

import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { gateOver } from '../src/adapters/aws/people-over.ts';
import { questionsOver } from '../src/adapters/aws/questions-over.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import type { World } from '../src/adapters/aws/world.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { questionRoutes } from '../src/adapters/http/people/questions.ts';
import { choosePeopleAction } from '../src/adapters/http/people/route.ts';
import { type QuestionsEnv, questionsEnv, readEnv } from '../src/config/env.ts';

/** The questions over these resources. */
export function buildQuestions(env: QuestionsEnv, world: World = {}): Handler {
  const routes = questionRoutes(questionsOver(env, world));
  return endpoint(createTelemetry(world.log), choosePeopleAction(routes, gateOver(env, world)), {
    refusals: refusalsOver(env, world),
  });
}

export const handler = onFirstEvent(() => buildQuestions(readEnv(questionsEnv, process.env)));
