// The checks that rest on more than rows: the last credentials, tried or reasoned about; why no request can give another
// lease; and what was not looked at.

import { REQUEST_SECONDS } from '../issue/hand-over.ts';
import type { CheckState } from './check.ts';
import type { Observations, SeenProbe } from './observe.ts';

/** The last credentials, tried where that can be done. */
export function lastCredentials({ probes, grants }: Observations): CheckState {
  const common = {
    id: 'last-credentials',
    says: 'The last credentials of the agent do nothing any more.',
    state: 'done',
  } as const;
  if (probes === undefined)
    return {
      ...common,
      basis: 'reasoned',
      why:
        'Nobody keeps credentials, so nobody can try them. They carry their own expiry, and a Deny of everything ' +
        'from the end of their lease on.',
      evidence: {},
    };
  if (probes.length === 0)
    return {
      ...common,
      basis: 'observed',
      why: 'No grant that was looked at ever came to a lease.',
      evidence: { grants: grants.length },
    };
  return tried(common, probes);
}

function tried(common: Pick<CheckState, 'id' | 'says'>, probes: readonly SeenProbe[]): CheckState {
  const works = probes.filter(({ outcome }) => outcome === 'allowed');
  const refused = probes.filter(({ outcome }) => outcome === 'refused');
  const told = ({ accessKeyId, action, resource, outcome, code }: SeenProbe) =>
    `${accessKeyId} ${action} on ${resource}: ${outcome} ${code}`;
  return {
    ...common,
    basis: refused.length + works.length > 0 ? 'observed' : 'reasoned',
    why:
      refused.length + works.length > 0
        ? 'A request was signed with each, with an action of its task, and answered by the local AWS plane.'
        : 'The local AWS plane no longer knows these sessions, so nothing could be signed with them.',
    state: works.length > 0 ? 'failed' : 'done',
    evidence: { tried: probes.map(told) },
  };
}

/** What follows from how Remit works, and what nobody looked at. */
export function reasoned(catalogDigest: string): readonly CheckState[] {
  return [
    {
      id: 'no-new-lease',
      basis: 'reasoned',
      says: 'No request can give this agent a lease.',
      why:
        `Every exchange reads the status consistently and hands nothing over later than ${REQUEST_SECONDS} s after ` +
        'that; tests run thousands of interleavings of this.',
      state: 'done',
      evidence: { catalogDigest },
    },
    {
      id: 'later-events',
      basis: 'not-looked-at',
      says: 'CloudTrail was not searched for later events of its sessions.',
      why: 'There is no monitor of CloudTrail in this deployment. Search by source identity remit-<grant id>.',
      state: 'done',
      evidence: {},
    },
  ];
}
