// Agents whose owner may have left: not found in the people directory, or not seen at a review; or who never was one of
// those who sign in. What no directory says
// is unknown, and said so; it is never taken for "still there" or for "gone".

import type { AgentBook } from '../lifecycle/ports.ts';
import type { Person, RegisteredAgent } from '../model.ts';
import { samePerson } from '../people/person.ts';
import type { Clock } from '../ports.ts';
import { eachOf } from '../questions/read-agents.ts';
import { walkRegistered } from '../questions/walk-agents.ts';
import { isOverdue } from './due.ts';

/** What a directory says of a person; `unknown` when it is not theirs, or does not answer. */
export type Presence = 'present' | 'disabled' | 'missing' | 'unknown';

/** Who there is, by the identity provider itself. */
export interface PeopleDirectory {
  /** Of the people that it knows. */
  readonly issuer: string;
  find(person: Person): Promise<Presence>;
}

/** Why somebody should look at who owns an agent. */
export type OwnerConcern =
  | 'of another identity provider, so nobody can approve'
  | 'not in the directory'
  | 'disabled in the directory'
  | 'never confirmed at a review'
  | 'the last review was confirmed by somebody else'
  | 'the review is overdue';

/** One agent with its owner. */
export interface Ownership {
  readonly agent: string;
  readonly status: RegisteredAgent['status'];
  readonly owner: Person;
  readonly directory: Presence;
  /** When the owner last confirmed a review of it; absent: not at the last one. */
  readonly confirmedAt?: Date;
  /** Empty: nothing is wrong, as far as is known. */
  readonly concerns: readonly OwnerConcern[];
}

/** What the report says. */
export interface OwnerReport {
  readonly owners: readonly Ownership[];
  /** There are more agents than were read. */
  readonly partial: boolean;
  /** Where the next part begins. */
  readonly next?: string;
  readonly notes: readonly string[];
}

/** Agents that are not retired, those of owners who are gone first. */
export async function reportOwners(ports: {
  readonly agents: Pick<AgentBook, 'find' | 'listByStatus'>;
  readonly directory?: PeopleDirectory | undefined;
  /** Exact issuer of those who sign in. @default the directory's */
  readonly peopleIssuer?: string | undefined;
  readonly clock: Clock;
  /** Of an earlier part. */
  readonly from?: string | undefined;
}): Promise<OwnerReport> {
  const { agents, directory, peopleIssuer = directory?.issuer, clock, from } = ports;
  const walk = { statuses: ['active', 'suspended', 'proposed'] as const, next: from };
  const { rows: present, next } = await walkRegistered({ agents }, walk, (agent) => [agent]);
  const presences = await presenceOf(
    directory,
    present.map(({ owner }) => owner),
  );
  const owners = present
    .map((agent) => {
      const presence = presences.get(keyOf(agent.owner)) ?? 'unknown';
      return ownershipOf(agent, { directory: presence, peopleIssuer, now: clock() });
    })
    .sort((one, other) => weightOf(one) - weightOf(other) || (one.agent < other.agent ? -1 : 1));
  const unknown = owners.filter((each) => each.directory === 'unknown').length;
  const notes = [
    peopleIssuer === undefined &&
      'nobody said where people sign in: nothing is said of owners of another identity provider',
    directory === undefined && 'no directory of people was asked: nothing is said of who has left',
    directory !== undefined &&
      unknown > 0 &&
      `of ${unknown} agent(s) the directory does not know, or say, whether the owner is there`,
  ].filter((note) => typeof note === 'string');
  return { owners, partial: next !== undefined, notes, ...(next !== undefined && { next }) };
}

/** Each person once. */
async function presenceOf(directory: PeopleDirectory | undefined, people: readonly Person[]) {
  const each = [...new Map(people.map((person) => [keyOf(person), person]))];
  const said = await eachOf(each, async ([key, person]) => {
    const presence = directory === undefined ? 'unknown' : await directory.find(person);
    return [key, presence] as const;
  });
  return new Map<string, Presence>(said);
}

interface Known {
  readonly directory: Presence;
  readonly peopleIssuer: string | undefined;
  readonly now: Date;
}

function ownershipOf(agent: RegisteredAgent, { directory, peopleIssuer, now }: Known): Ownership {
  const { id, status, owner, review } = agent;
  const isOwners = review !== undefined && samePerson(review.by, owner);
  const isForeign = peopleIssuer !== undefined && owner.issuer !== peopleIssuer;
  const concerns: (OwnerConcern | false)[] = [
    isForeign && 'of another identity provider, so nobody can approve',
    directory === 'missing' && 'not in the directory',
    directory === 'disabled' && 'disabled in the directory',
    review === undefined && 'never confirmed at a review',
    review !== undefined && !isOwners && 'the last review was confirmed by somebody else',
    isOverdue(agent, now) && 'the review is overdue',
  ];
  return {
    agent: id,
    status,
    owner,
    directory,
    ...(isOwners && { confirmedAt: review.at }),
    concerns: concerns.filter((concern) => concern !== false),
  };
}

function weightOf({ directory, concerns }: Ownership): number {
  const gone = { missing: 0, disabled: 1, unknown: 2, present: 2 }[directory];
  return gone * 10 - concerns.length;
}

function keyOf({ issuer, subject }: Person): string {
  return JSON.stringify([issuer, subject]);
}
