// OWASP Non-Human Identities Top 10 (2025). Ids and titles are OWASP's; every other sentence is ours.

import { budgets } from './budget-checks.ts';
import { badCatalogs, catalogCheck, pinnedClaims, shortLives } from './catalog-checks.ts';
import type { Framework } from './framework.ts';
import {
  completed,
  foreignServer,
  killedGrant,
  otherEnvironment,
  shortLease,
  suspendedAgent,
  unlistedTask,
} from './grant-probes.ts';
import {
  agentAtPeople,
  foreignHandle,
  forged,
  personAtAgents,
  replay,
  wrongAudience,
  yearLong,
} from './identity-probes.ts';
import { boundedSessions, environments } from './policy-checks.ts';
import { lockedPackages, metadata, monitor, unsignedRefused } from './public-checks.ts';
import { oneAgentEach, orphans, overrunning, reviews } from './registry-checks.ts';
import { killedIssuer } from './stop-probes.ts';
import {
  encryption,
  noPlaintextSecrets,
  noStaticKeys,
  noWildcards,
  recovery,
  signedOrders,
  taskRoleTrust,
} from './template-checks.ts';
import { trailHarmless } from './trail-checks.ts';

export const owaspNhi: Framework = {
  name: 'owasp-nhi',
  title: 'OWASP Non-Human Identities Top 10 (2025)',
  source: 'Ids and titles: OWASP Foundation, CC BY-SA 4.0. Requirements and checks: Remit.',
  controls: [
    {
      id: 'NHI1',
      title: 'Improper Offboarding',
      requires:
        'What an agent could do ends when its task, its grant or the agent itself ends, and nothing is left behind.',
      checks: [orphans, overrunning, reviews, completed, suspendedAgent, killedGrant],
    },
    {
      id: 'NHI2',
      title: 'Secret Leakage',
      requires: 'There is no secret at rest to leak, and what is written down opens nothing.',
      checks: [noStaticKeys, noPlaintextSecrets, trailHarmless],
    },
    {
      id: 'NHI3',
      title: 'Vulnerable Third-Party NHI',
      requires:
        'What is given to one party is of no use at another, each party can be stopped, and packages are what they were.',
      checks: [wrongAudience, foreignServer, killedIssuer, lockedPackages],
    },
    {
      id: 'NHI4',
      title: 'Insecure Authentication',
      requires: 'Agents are known by signatures of listed issuers alone; there are no shared secrets.',
      checks: [metadata, unsignedRefused, forged],
    },
    {
      id: 'NHI5',
      title: 'Overprivileged NHI',
      requires: 'A lease can do what its task and values name, and nothing else.',
      checks: [boundedSessions, noWildcards, unlistedTask, budgets],
    },
    {
      id: 'NHI6',
      title: 'Insecure Cloud Deployment Configurations',
      requires:
        'Trust in pipelines and clouds is exact, and the deployment is encrypted, recoverable and closed.',
      checks: [catalogCheck, badCatalogs, pinnedClaims, taskRoleTrust, encryption, recovery, signedOrders],
    },
    {
      id: 'NHI7',
      title: 'Long-Lived Secrets',
      requires: 'Credentials last seconds, and assertions that last long buy none.',
      checks: [shortLives, shortLease, yearLong],
    },
    {
      id: 'NHI8',
      title: 'Environment Isolation',
      requires: 'An agent of one environment gets nothing in another.',
      checks: [environments, otherEnvironment],
    },
    {
      id: 'NHI9',
      title: 'NHI Reuse',
      requires: 'One identity is one agent, one grant is one task, and one assertion counts once.',
      checks: [oneAgentEach, replay, foreignHandle, monitor],
    },
    {
      id: 'NHI10',
      title: 'Human Use of NHI',
      requires:
        'People do not get agents’ credentials, agents do not act as people, and people in agents’ sessions are noticed.',
      checks: [personAtAgents, agentAtPeople, monitor],
    },
  ],
};
