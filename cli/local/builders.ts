// The real Lambda entry points, for local mode: the command line is where they meet the local adapters.

import type { z } from 'zod';
import { buildAdmin } from '../../lambda/admin.ts';
import { buildApprovals } from '../../lambda/approvals.ts';
import { buildGrants } from '../../lambda/grants.ts';
import { buildKillList } from '../../lambda/kill-list.ts';
import { buildMetadata } from '../../lambda/metadata.ts';
import { buildOffboarding } from '../../lambda/offboarding.ts';
import { buildPasskeys } from '../../lambda/passkeys.ts';
import { buildPeopleAdmin } from '../../lambda/people-admin.ts';
import { buildQuestions } from '../../lambda/questions.ts';
import { buildRegistrySync } from '../../lambda/registry-sync.ts';
import { buildRemind } from '../../lambda/remind.ts';
import { buildSettle } from '../../lambda/settle.ts';
import { buildSweeper } from '../../lambda/sweeper.ts';
import { buildToken } from '../../lambda/token.ts';
import { buildViews } from '../../lambda/views.ts';
import { buildWorkflow } from '../../lambda/workflow.ts';
import type { World } from '../../src/adapters/aws/world.ts';
import type { Build, FunctionBuilders } from '../../src/adapters/local/functions.ts';
import {
  adminEnv,
  approvalsEnv,
  grantsEnv,
  killListEnv,
  metadataEnv,
  offboardingEnv,
  passkeysEnv,
  peopleAdminEnv,
  questionsEnv,
  readEnv,
  registrySyncEnv,
  remindEnv,
  settleEnv,
  sweeperEnv,
  tokenEnv,
  viewsEnv,
  workflowEnv,
} from '../../src/config/env.ts';

export const builders: FunctionBuilders = {
  http: {
    token: from(tokenEnv, buildToken),
    grants: from(grantsEnv, buildGrants),
    metadata: from(metadataEnv, buildMetadata),
    approvals: from(approvalsEnv, buildApprovals),
    passkeys: from(passkeysEnv, buildPasskeys),
    'people-admin': from(peopleAdminEnv, buildPeopleAdmin),
    views: from(viewsEnv, buildViews),
    questions: from(questionsEnv, buildQuestions),
  },
  workflow: from(workflowEnv, buildWorkflow),
  sweeper: from(sweeperEnv, buildSweeper),
  registrySync: from(registrySyncEnv, buildRegistrySync),
  admin: from(adminEnv, buildAdmin),
  remind: from(remindEnv, buildRemind),
  settle: from(settleEnv, buildSettle),
  killList: from(killListEnv, buildKillList),
  offboarding: from(offboardingEnv, buildOffboarding),
};

/** An entry with the schema of its environment. */
function from<Schema extends z.ZodType, Handler>(
  schema: Schema,
  build: (env: z.infer<Schema>, world: World) => Handler,
): Build<Handler> {
  return (variables, world) => build(readEnv(schema, variables), world);
}
