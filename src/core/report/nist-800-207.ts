// NIST SP 800-207, the seven tenets of zero trust (section 2.1). Titles in short, requirements in our own words.

import { catalogCheck, changedClaims, pinnedClaims } from './catalog-checks.ts';
import type { Framework } from './framework.ts';
import { oneTaskEach, shortLease, suspendedAgent, unlistedTask } from './grant-probes.ts';
import { forged, replay } from './identity-probes.ts';
import { boundedSessions, environments, ruledByValues } from './policy-checks.ts';
import { httpsOnly, metadata, monitor, unlistedIssuer, unsignedRefused } from './public-checks.ts';
import { purposes } from './registry-checks.ts';
import { noNetworkTrust, noWildcards, oneMinter, taskRoleTrust, tls } from './template-checks.ts';
import { trailVerified, trailWhole } from './trail-checks.ts';

export const nist800207: Framework = {
  name: 'nist-800-207',
  title: 'NIST SP 800-207, tenets of zero trust',
  source: 'Tenets: NIST SP 800-207 (2020), public domain. Requirements and checks: Remit.',
  controls: [
    {
      id: 'T1',
      title: 'All data sources and services are resources',
      requires:
        'Every action and resource that can be had is named in a task; whatever is not named is refused.',
      checks: [noWildcards, boundedSessions, unlistedTask],
    },
    {
      id: 'T2',
      title: 'All communication is secured regardless of location',
      requires: 'Everything speaks TLS, and no place in the network is trusted.',
      checks: [tls, noNetworkTrust, httpsOnly],
    },
    {
      id: 'T3',
      title: 'Access is granted per session',
      requires: 'Each task is asked for by itself, lasts seconds, and cannot be stretched to another.',
      checks: [metadata, shortLease, oneTaskEach],
    },
    {
      id: 'T4',
      title: 'Access is determined by dynamic policy',
      requires: 'Each request is ruled on by identity, environment, values and standing of the agent.',
      checks: [ruledByValues, environments, suspendedAgent],
    },
    {
      id: 'T5',
      title: 'Integrity and posture of assets are monitored',
      requires:
        'Identities are pinned by what their platform attests about them, and roles by the grant they serve.',
      checks: [pinnedClaims, changedClaims, taskRoleTrust, monitor],
    },
    {
      id: 'T6',
      title: 'Authentication and authorization are dynamic and strictly enforced',
      requires: 'Nothing is given before signature, identity and policy have been checked, each time anew.',
      checks: [unsignedRefused, unlistedIssuer, catalogCheck, oneMinter, forged, replay, suspendedAgent],
    },
    {
      id: 'T7',
      title: 'As much information as possible is collected and used',
      requires: 'Every act is in a record that cannot be changed unseen, and says for what it was done.',
      checks: [trailVerified, trailWhole, purposes, monitor],
    },
  ],
};
