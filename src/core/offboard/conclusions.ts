// The checks that rest on more than rows: the last credentials, tried or reasoned about; why no request can give another
// lease; and what was not looked at.

import { REQUEST_SECONDS } from '../issue/hand-over.ts';
import type { CheckState } from './check.ts';
import type { Observations, SeenProbe } from './observe.ts';

/** Why credentials that nobody can try do nothing. */
const BY_THEMSELVES = 'They carry their own expiry, and a Deny of everything from the end of their lease on.';

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
      why: `Nobody keeps credentials, so nobody can try them. ${BY_THEMSELVES}`,
      evidence: {},
    };
  const leased = grants.filter(({ accessKeyId }) => accessKeyId !== undefined).length;
  if (leased === 0)
    return {
      ...common,
      basis: 'observed',
      why: 'No grant that was looked at ever came to a lease.',
      evidence: { grants: grants.length },
    };
  return tried(common, probes, leased);
}

/** Observed is what was tried with every one of them; one that is let through is seen, too, whatever the others do. */
function tried(
  common: Pick<CheckState, 'id' | 'says'>,
  probes: readonly SeenProbe[],
  leased: number,
): CheckState {
  const many = (outcome: SeenProbe['outcome']) => probes.filter((each) => each.outcome === outcome).length;
  const [allowed, refused] = [many('allowed'), many('refused')];
  const isObserved = allowed > 0 || refused === leased;
  const told = ({ accessKeyId, action, resource, outcome, code }: SeenProbe) =>
    `${accessKeyId} ${action} on ${resource}: ${outcome} ${code}`;
  const outcomes: readonly (readonly [number, string])[] = [
    [allowed, 'let through'],
    [many('forgotten'), 'not tried, as the plane no longer knows the session'],
    [many('not-possible'), 'not tried, as nothing could be asked with it'],
    [leased - probes.length, 'not tried, as newer ones were'],
  ];
  const others = outcomes.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  return {
    ...common,
    basis: isObserved ? 'observed' : 'reasoned',
    why: [
      'What was tried is a request signed as the session, with an action of its task, answered by the local AWS plane.',
      `Last credentials refused: ${[`${refused} of ${leased}`, ...others].join('; ')}.`,
      ...(isObserved ? [] : [`Of those that were not tried it is only reasoned. ${BY_THEMSELVES}`]),
    ].join(' '),
    state: allowed > 0 ? 'failed' : 'done',
    evidence: { leases: leased, refused, outcomes: probes.map(told) },
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
