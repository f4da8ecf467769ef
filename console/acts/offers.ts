// What each act means, in words for people: the question, the consequence, and what is told when it is done.

import type { Act } from '../../src/core/people/acts.ts';
import type { Ended } from '../api/admin-answers.ts';
import type { ActOffer } from './act-dialog.tsx';

interface Words {
  readonly verb: string;
  readonly title: (target: string) => string;
  readonly consequence: string;
  readonly outcome: (target: string, result: unknown) => string;
}

const ends = (result: unknown): string => {
  const { ended, deadBy } = (result ?? {}) as Partial<Ended>;
  if (typeof ended !== 'number') return '';
  const grants =
    ended === 0 ? ' No grant was open.' : ` ${ended} ${ended === 1 ? 'grant has' : 'grants have'} ended.`;
  return `${grants}${lastOf(deadBy)}`;
};

/** What is past when it is told was dead before anybody asked. */
function lastOf(deadBy: string | undefined): string {
  if (deadBy === undefined) return '';
  if (Date.parse(deadBy) <= Date.now()) return ' No lease of it is known to be alive.';
  return ` The last of its credentials is dead by ${deadBy}.`;
}

const WORDS: Readonly<Record<Act, Words>> = {
  'agent.register': {
    verb: 'Register',
    title: (id) => `Register ${id}?`,
    consequence: 'The agent is proposed: it gets nothing until an administrator lets it begin.',
    outcome: (id) => `${id} is registered, and waits for an administrator to let it begin.`,
  },
  'agent.update': {
    verb: 'Change',
    title: (id) => `Change ${id}?`,
    consequence:
      'Purpose, groups and identities are changed as said below. The next request is decided with them; grants that are open stay.',
    outcome: (id) => `${id} is changed.`,
  },
  'agent.bind': {
    verb: 'Add a workload',
    title: (id) => `Give ${id} another workload?`,
    consequence:
      'The workload is this agent from then on, with all its tasks. An identity belongs to one agent only, for good.',
    outcome: (id) => `${id} has another workload.`,
  },
  'agent.widen': {
    verb: 'Give groups',
    title: (id) => `Give ${id} further groups?`,
    consequence:
      'It may ask for all the tasks of these groups from then on. They are taken away under Change.',
    outcome: (id) => `${id} has further groups.`,
  },
  'agent.suspend': {
    verb: 'Suspend',
    title: (id) => `Suspend ${id}?`,
    consequence:
      'It gets nothing from now on and its open grants end. Running leases end by themselves, or earlier where a kill list reaches them. An administrator can let it go on.',
    outcome: (id, result) => `${id} is suspended.${ends(result)}`,
  },
  'agent.resume': {
    verb: 'Let it act',
    title: (id) => `Let ${id} act?`,
    consequence: 'It may ask for its tasks again, at once. Grants that have ended stay ended.',
    outcome: (id) => `${id} is active.`,
  },
  'agent.transfer': {
    verb: 'Transfer',
    title: (id) => `Give ${id} to another owner?`,
    consequence:
      'The new owner answers for the agent and reviews it, and may not decide on its requests. The old owner has no part in it any more.',
    outcome: (id) => `${id} has another owner.`,
  },
  'agent.retire': {
    verb: 'Retire',
    title: (id) => `Retire ${id} for good?`,
    consequence:
      'This cannot be undone. Its open grants end, it never gets anything again, and neither its name nor its identities can be used by another agent. A proof that its access is gone is made once the last lease is over.',
    outcome: (id, result) => `${id} is retired.${ends(result)}`,
  },
  'review.confirm': {
    verb: 'Confirm',
    title: (id) => `Confirm the review of ${id}?`,
    consequence:
      'You vouch that the agent still needs what it may do, under its owner and purpose. It may ask until the next review date.',
    outcome: (id) => `The review of ${id} is confirmed.`,
  },
  'grant.kill': {
    verb: 'Kill',
    title: () => 'Kill this grant?',
    consequence:
      'It ends now. Its running lease ends by itself, or earlier where a kill list reaches it. It cannot be undone.',
    outcome: (_, result) => `The grant is killed.${ends(result)}`,
  },
  'agent.kill': {
    verb: 'End what it holds',
    title: (id) => `End whatever ${id} holds?`,
    consequence:
      'It is suspended where it is active, and all its open grants end now, also those of an agent that is suspended or retired already. An administrator can let a suspended one act again.',
    outcome: (id, result) => `What ${id} held is ended.${ends(result)}`,
  },
  'task.kill': {
    verb: 'Stop',
    title: (id) => `Stop the task ${id}?`,
    consequence: 'No agent gets it until an administrator lifts the stop, and all its open grants end now.',
    outcome: (id, result) => `The task ${id} is stopped.${ends(result)}`,
  },
  'issuer.kill': {
    verb: 'Stop',
    title: (id) => `Stop everything that ${id} attests?`,
    consequence:
      'No workload of this issuer gets anything until an administrator lifts the stop, and all open grants of such workloads end now.',
    outcome: (id, result) => `What ${id} attests is stopped.${ends(result)}`,
  },
  'stop.everything': {
    verb: 'Stop everything',
    title: () => 'Stop everything?',
    consequence:
      'No agent gets anything at all until an administrator lifts the stop, and all open grants end now: also those that keep production running.',
    outcome: (_, result) => `Everything is stopped.${ends(result)}`,
  },
  'task.restore': {
    verb: 'Lift',
    title: (id) => `Lift the stop of the task ${id}?`,
    consequence: 'Agents may ask for it again, at once. Grants that have ended stay ended.',
    outcome: (id) => `The stop of the task ${id} is lifted.`,
  },
  'issuer.restore': {
    verb: 'Lift',
    title: (id) => `Lift the stop of ${id}?`,
    consequence: 'Its workloads may ask again, at once. Grants that have ended stay ended.',
    outcome: (id) => `The stop of ${id} is lifted.`,
  },
  'everything.restore': {
    verb: 'Lift',
    title: () => 'Lift the stop of everything?',
    consequence:
      'Agents may ask again, at once. Other stops that are on stay on; grants that have ended stay ended.',
    outcome: () => 'The stop of everything is lifted.',
  },
};

/** The offer of one act on one target. */
export function offerOf(act: Act, target: string): ActOffer {
  const { verb, title, consequence, outcome } = WORDS[act];
  return {
    act,
    target,
    verb,
    title: title(target),
    consequence,
    outcome: (result) => outcome(target, result),
  };
}

/** The word on the button that opens the dialog. */
export function verbOf(act: Act): string {
  return WORDS[act].verb;
}
