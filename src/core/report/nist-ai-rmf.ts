// NIST AI Risk Management Framework 1.0: the subcategories that identity and access of agents can show something for.

import { budgets } from './budget-checks.ts';
import { badCatalogs, catalogCheck, peopleDecide, pinnedClaims } from './catalog-checks.ts';
import type { Framework } from './framework.ts';
import {
  completed,
  foreignServer,
  killedGrant,
  purposeNeeded,
  suspendedAgent,
  unlistedTask,
} from './grant-probes.ts';
import { agentAtPeople, forged, wrongAudience } from './identity-probes.ts';
import { selfApproval } from './people-probes.ts';
import { boundedSessions, ruledByValues } from './policy-checks.ts';
import { lockedPackages, metadata, monitor } from './public-checks.ts';
import { orphans, overrunning, owners, purposes, reviews } from './registry-checks.ts';
import { killedIssuer, killedTask } from './stop-probes.ts';
import { oneMinter, recovery, signedOrders } from './template-checks.ts';
import { trailHarmless, trailVerified, trailWhole } from './trail-checks.ts';

export const nistAiRmf: Framework = {
  name: 'nist-ai-rmf',
  title: 'NIST AI Risk Management Framework 1.0',
  source: 'Functions and numbers: NIST AI 100-1 (2023), public domain. Requirements and checks: Remit.',
  controls: [
    {
      id: 'GOVERN 1.4',
      title: 'Transparent policies and controls',
      requires:
        'What agents may do is written in reviewed files, and every ruling names the policies that made it.',
      checks: [catalogCheck, ruledByValues],
    },
    {
      id: 'GOVERN 1.5, 1.6',
      title: 'Monitoring, review and inventory',
      requires: 'Every agent is listed with owner, purpose and review date, and reviews are held.',
      checks: [owners, reviews],
    },
    {
      id: 'GOVERN 1.7',
      title: 'Safe decommissioning',
      requires: 'When a task or an agent ends, so does its access.',
      checks: [orphans, completed],
    },
    {
      id: 'GOVERN 2.1',
      title: 'Roles and responsibilities',
      requires: 'Minting, deciding and ordering are duties of different functions, and orders are signed.',
      checks: [oneMinter, signedOrders],
    },
    {
      id: 'GOVERN 3.2',
      title: 'Human oversight of AI systems',
      requires: 'Where people decide, it is said who, and nobody decides on an own agent alone.',
      checks: [peopleDecide, selfApproval],
    },
    {
      id: 'GOVERN 6.1, 6.2',
      title: 'Third parties',
      requires: 'Trust in third parties is exact, and what is given to one is of no use at another.',
      checks: [badCatalogs, wrongAudience, lockedPackages],
    },
    {
      id: 'MAP 1.1',
      title: 'Context is established',
      requires: 'Every request says its purpose and is recorded with it.',
      checks: [purposes, purposeNeeded],
    },
    {
      id: 'MAP 3.4, 3.5',
      title: 'Human oversight is defined',
      requires:
        'Which requests people decide, and who, is written beforehand; agents cannot take the part of people.',
      checks: [peopleDecide, agentAtPeople, signedOrders],
    },
    {
      id: 'MAP 4.1, 4.2',
      title: 'Risks of third parties are mapped and controlled',
      requires:
        'What comes from third parties is named, pinned and locked, and each of them can be stopped by itself.',
      checks: [pinnedClaims, lockedPackages, foreignServer, killedIssuer],
    },
    {
      id: 'MAP 5.1',
      title: 'Impact is characterized',
      requires: 'How far each task can reach is known beforehand and bounded.',
      checks: [boundedSessions, unlistedTask, budgets],
    },
    {
      id: 'MEASURE 2.4',
      title: 'Behaviour in production is monitored',
      requires: 'What agents do is compared with what they were given.',
      checks: [monitor],
    },
    {
      id: 'MEASURE 2.6, 2.7',
      title: 'Safety, security and resilience',
      requires: 'Known attacks on identity are tried and refused, and the records survive mistakes.',
      checks: [metadata, forged, recovery],
    },
    {
      id: 'MEASURE 2.8',
      title: 'Transparency and accountability',
      requires: 'Who did what, for what and by whose decision can be proved afterwards.',
      checks: [trailVerified, trailWhole, trailHarmless],
    },
    {
      id: 'MEASURE 3.1',
      title: 'Existing and emergent risks are tracked',
      requires:
        'What was not foreseen is found again and again: agents are reviewed, grants are held against their end, sessions against their grants.',
      checks: [reviews, overrunning, monitor],
    },
    {
      id: 'MANAGE 1.3, 2.3',
      title: 'Risks are responded to',
      requires: 'An agent that behaves oddly is stopped by one order.',
      checks: [suspendedAgent],
    },
    {
      id: 'MANAGE 2.4',
      title: 'Mechanisms to supersede, disengage, deactivate',
      requires:
        'A grant, a task, an agent and an issuer can each be stopped, effective at once, and how long it took is known.',
      checks: [killedGrant, killedTask, suspendedAgent, killedIssuer],
    },
    {
      id: 'MANAGE 4.1, 4.3',
      title: 'Post-deployment monitoring, incidents are communicated',
      requires: 'What happened after deployment is recorded and noticed.',
      checks: [trailWhole, monitor],
    },
  ],
};
