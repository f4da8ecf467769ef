// What each function finds in its environment.

import { expect, test } from 'vitest';
import {
  adminEnv,
  approvalsEnv,
  auditCheckpointEnv,
  auditEnv,
  clearKillListsEnv,
  consoleFilesEnv,
  grantsEnv,
  killListEnv,
  metadataEnv,
  offboardingEnv,
  passkeysEnv,
  questionsEnv,
  registrySyncEnv,
  remindEnv,
  settleEnv,
  sweeperEnv,
  tokenEnv,
  viewsEnv,
  workflowEnv,
} from '../../src/config/env.ts';
import { deployedBy, stackOf } from '../support/stack.ts';

const functions = deployedBy(stackOf().stack).of('AWS::Lambda::Function');

test.each([
  ['token', tokenEnv],
  ['grants', grantsEnv],
  ['metadata', metadataEnv],
  ['sweeper', sweeperEnv],
  ['registry-sync', registrySyncEnv],
  ['approvals', approvalsEnv],
  ['passkeys', passkeysEnv],
  ['views', viewsEnv],
  ['questions', questionsEnv],
  ['workflow', workflowEnv],
  ['admin', adminEnv],
  ['settle', settleEnv],
  ['remind', remindEnv],
  ['kill-list', killListEnv],
  ['clear-kill-lists', clearKillListsEnv],
  ['offboarding', offboardingEnv],
  ['audit', auditEnv],
  ['audit-checkpoint', auditCheckpointEnv],
  ['console-files', consoleFilesEnv],
] as const)('[STACK-6] %s gets every variable that it reads, and no other of ours', (entry, schema) => {
  const found = functions.find(([, { Properties }]) => Properties['FunctionName'] === `remit-${entry}`);
  const environment = found?.[1].Properties['Environment'] as { Variables: Record<string, unknown> };
  const ours = Object.keys(environment.Variables).filter((name) => !/^(NODE_OPTIONS|AWS_)/.test(name));
  expect(ours.sort()).toEqual(Object.keys(schema.shape).sort());
});
