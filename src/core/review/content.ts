// What a reviewer looks at: what the agent may do and by which policies, what it was granted and used, what it never
// asked for, and what could be taken away. What is not known is said, and nothing is proposed on it.

import { isOfLocalMode } from '../catalog/demo.ts';
import { driftOf } from '../lifecycle/drift.ts';
import { requireAgent } from '../lifecycle/orders.ts';
import type { AgentBook } from '../lifecycle/ports.ts';
import type { Binding, RegisteredAgent } from '../model.ts';
import type { QuestionPorts } from '../questions/question.ts';
import type { Possibility } from '../questions/rulings.ts';
import { dayOf, isOverdue, untilDue } from './due.ts';
import { mayDo, possibleUnder } from './possible.ts';
import { type Proposal, propose } from './proposals.ts';
import { readUse, type TaskUse, type Use } from './use.ts';

/** What a review reads. */
export type ReviewPorts = Pick<QuestionPorts, 'catalog' | 'grants' | 'clock'> & {
  readonly agents: Pick<AgentBook, 'find'>;
};

/** One task that the agent may do. */
export interface May {
  readonly task: string;
  readonly ruling: Exclude<Possibility['outcome'], 'denied'>;
  readonly policies: readonly string[];
}

/** The review of one agent. */
export interface Review {
  readonly agent: RegisteredAgent;
  readonly overdue: boolean;
  readonly drift: readonly string[];
  /** Where the look at its use begins. */
  readonly since: Date;
  readonly may: readonly May[];
  readonly granted: readonly TaskUse[];
  /** Leases made, by task, and what that is known from. */
  readonly used: {
    readonly by: 'grants';
    readonly tasks: readonly { readonly task: string; readonly leases: number; readonly last: Date }[];
  };
  /** There were more grants than were read: what is not listed may still have been used. */
  readonly partial: boolean;
  readonly unusedTasks: readonly string[];
  readonly unusedBindings: readonly Binding[];
  readonly proposals: readonly Proposal[];
  /** What all proposals together take away. */
  readonly loses: readonly string[];
  readonly notes: readonly string[];
}

/** Looks at one agent. @throws Refusal `agent_not_found`, `policy_error` */
export async function reviewContent(ports: ReviewPorts, id: string): Promise<Review> {
  const { agent } = await requireAgent(ports.agents, id);
  const { catalog } = ports;
  const now = ports.clock();
  const use = await readUse(ports, agent);
  const possible = possibleUnder(catalog)(agent);
  const asked = new Set(use.tasks.map(({ task }) => task));
  const unused = use.partial ? [] : mayDo(possible).filter((task) => !asked.has(task));
  const age = ageOf(agent, use, now);
  const isQuiet = use.partial || agent.status === 'retired' || age === 'new';
  const isUntold = age === 'untold' && asked.size === 0;
  const { proposals, loses } =
    isQuiet || isUntold
      ? { proposals: [], loses: [] }
      : propose({ catalog, agent, use: judged(use, catalog), possible, unused, today: dayOf(now) });
  return {
    agent,
    overdue: isOverdue(agent, now),
    drift: driftOf(
      agent,
      catalog.agents.find((each) => each.id === id),
    ),
    since: use.since,
    may: [...possible].flatMap(([task, { outcome, policies }]) =>
      outcome === 'denied' ? [] : [{ task, ruling: outcome, policies }],
    ),
    granted: use.tasks,
    used: {
      by: 'grants',
      tasks: use.tasks
        .filter(({ leases }) => leases > 0)
        .map(({ task, leases, last }) => ({ task, leases, last })),
    },
    partial: use.partial,
    unusedTasks: unused,
    unusedBindings: use.unusedBindings ?? [],
    proposals,
    loses,
    notes: notesOn(agent, { use, age, isUnused: asked.size === 0, isLocal: isOfLocalMode(catalog) }),
  };
}

/** Local mode attests agents itself: that it saw nothing of their real identities says nothing of them. */
function judged(use: Use, catalog: QuestionPorts['catalog']): Use {
  return isOfLocalMode(catalog) ? { ...use, unusedBindings: undefined } : use;
}

type Age = 'old' | 'new' | 'untold';

/** Whether it was there for the whole time looked at; the catalog does not say since when it has an agent. */
function ageOf({ lastChange, review, reviewBy }: RegisteredAgent, { since }: Use, now: Date): Age {
  if (review !== undefined) return 'old';
  const isBeginning = lastChange !== undefined && /^(registered|activated)$/.test(lastChange.what);
  if (isBeginning) return lastChange.at > since ? 'new' : 'old';
  return reviewBy > untilDue(now) ? 'untold' : 'old';
}

interface Told {
  readonly use: Use;
  readonly age: Age;
  readonly isUnused: boolean;
  readonly isLocal: boolean;
}

function notesOn(agent: RegisteredAgent, { use, age, isUnused, isLocal }: Told): string[] {
  const notes = [
    'use is counted from grants and leases; what was done with them (CloudTrail) is not looked at',
    use.partial && 'there were more grants than were read: nothing is called unused, and nothing proposed',
    use.unusedBindings === undefined &&
      'there were more grants than were read to tell which identities are used',
    isLocal &&
      'local mode attests agents itself and does not see their real identities used: none is proposed for removal',
    age === 'new' && 'it is newer than the time looked at: nothing is proposed yet',
    age === 'untold' &&
      isUnused &&
      'it has asked for nothing and may be new, its first review being far off: nothing is proposed yet',
    agent.status === 'retired' && 'it is retired',
    agent.origin === 'runtime' &&
      'it was registered at run time: it is changed by commands, not in the catalog',
  ];
  return notes.filter((note) => typeof note === 'string');
}
