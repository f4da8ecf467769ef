// The core's ports, answering at once: what is left is the core itself.

import { randomBytes } from 'node:crypto';
import { createAuthorizer } from '../src/core/authorize/authorizer.ts';
import type { ExchangeDeps } from '../src/core/deps.ts';
import type { Grant } from '../src/core/model.ts';
import { peopleEnvironment } from '../test/support/people-environment.ts';
import { type BenchScene, PLACE } from './scene.ts';

const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

/** Dependencies of an exchange in which every call succeeds without any work. */
export function instantDeps({ catalog, agent, signer }: BenchScene): ExchangeDeps {
  let row: Grant | undefined;
  const notNeeded = async (): Promise<never> => {
    throw new Error('not part of a routine exchange');
  };
  const issued = async () => ({ credentials, expiresAt: new Date(Date.now() + 900_000) });
  return {
    catalog,
    keys: signer.keys,
    clock: () => new Date(),
    random: { bytes: (count) => randomBytes(count) },
    place: PLACE,
    authorizer: createAuthorizer(catalog),
    registry: {
      findWorkload: async () => ({ agent: agent.id, claims: {} }),
      findAgent: async () => ({ ...agent, status: 'active' }),
      readStanding: async () => ({ agent: { ...agent, status: 'active' }, stops: [] }),
    },
    decisions: { recordPoll: notNeeded },
    workflow: { start: notNeeded },
    approvals: {
      evidence: { readEvidence: notNeeded },
      people: { issuer: peopleEnvironment.PEOPLE_ISSUER, keys: signer.keys },
      site: { origin: peopleEnvironment.CONSOLE_ORIGIN },
    },
    findings: { putFinding: notNeeded },
    budgets: { readBudget: notNeeded, writeBudget: notNeeded, countAsked: notNeeded, readSlots: notNeeded },
    pause: notNeeded,
    replay: { record: async () => ({ kind: 'first' }) },
    sts: { assumeRole: issued, scopeDown: issued },
    grants: {
      async reserve(grant) {
        row = grant;
        return true;
      },
      confirmLease: async () => row && { ...row, status: 'active' },
      get: notNeeded,
      getWithWorkload: notNeeded,
      beginLease: notNeeded,
      end: notNeeded,
      listDue: notNeeded,
      listOpen: notNeeded,
      listByAgent: notNeeded,
      listByTask: notNeeded,
    },
  };
}
