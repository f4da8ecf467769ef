// What is so already is told as such, and nothing else is.

import { expect, test } from 'vitest';
import { endedAs, isAlready } from '../../../src/core/lifecycle/already.ts';
import type { AgentStatus } from '../../../src/core/model.ts';
import { sampleGrant } from '../../support/grant.ts';

const agentIn = (status: AgentStatus | undefined) => ({
  agents: { find: async () => status && ({ agent: { status } } as never) },
});

test.each([
  ['suspended', 'suspend', true],
  ['active', 'suspend', false],
  ['active', 'resume', true],
  ['proposed', 'resume', false],
  ['retired', 'retire', true],
  ['retired', 'suspend', false],
  [undefined, 'suspend', false],
] as const)('[CLI-25] of an agent that is %s, to %s it is so already: %s', async (status, act, already) => {
  expect(await isAlready(agentIn(status), 'reporter', act)).toBe(already);
});

test.each([
  ['completed', 'completed'],
  ['killed', 'killed'],
  ['active', undefined],
  ['pending', undefined],
] as const)('[CLI-25] a grant that is %s had ended as %s', async (status, ended) => {
  const grant = sampleGrant({ status });
  expect(await endedAs({ grants: { get: async () => grant } }, grant.grantId)).toBe(ended);
});

test('[CLI-25] a grant that there is not had not ended', async () => {
  const grants = { get: async () => undefined };
  expect(await endedAs({ grants }, sampleGrant().grantId)).toBeUndefined();
});
