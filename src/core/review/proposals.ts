// What a review proposes to take away. Never a task that was asked for in the time looked at, and never a change that
// does more than it says: each is held to what the policies say before and after it.

import { mayApply } from '../catalog/policy-scope.ts';
import type { Agent, Catalog, RegisteredAgent } from '../model.ts';
import { applyEdits, type CatalogEdit, forbidPolicy } from './edits.ts';
import {
  looksAtGroup,
  lossOf,
  mayDo,
  namesGroup,
  type ParsedPolicy,
  type Possible,
  parsePolicies,
  possibleUnder,
  reachOf,
} from './possible.ts';
import type { Use } from './use.ts';

/** One removal. */
export interface Proposal {
  readonly kind: 'leave-group' | 'remove-policy' | 'forbid' | 'remove-binding' | 'retire';
  /** What and why, for the reviewer. */
  readonly sentence: string;
  /** Tasks that the agent may then no longer do. */
  readonly loses: readonly string[];
  /** Changes of the catalog; none for an agent that was registered at run time. */
  readonly edits: readonly CatalogEdit[];
  /** The group that it leaves. */
  readonly group?: string;
  /** What does it instead, or besides. */
  readonly command?: readonly string[];
}

/** What the proposals are made from. */
export interface Looked {
  readonly catalog: Catalog;
  readonly agent: RegisteredAgent;
  readonly use: Use;
  /** What it may do, without what is denied. */
  readonly possible: Possible;
  /** What it may do and never asked for. */
  readonly unused: readonly string[];
  /** YYYY-MM-DD */
  readonly today: string;
}

/** The removals, and what all of them together take away. */
export interface Proposed {
  readonly proposals: readonly Proposal[];
  readonly loses: readonly string[];
}

const UPDATE = ['remit', 'agents', 'update'];

/** For an agent that was used; one that was not is proposed for retirement. */
export function propose(looked: Looked): Proposed {
  if (looked.use.tasks.length === 0) {
    const proposal = retirement(looked);
    return { proposals: [proposal], loses: proposal.loses };
  }
  const groups = groupProposals(looked);
  const gone = new Set(lossTogether(looked, groups));
  const proposals = [...groups, ...taskProposals(looked, gone), ...bindingProposals(looked)];
  const loses = lossTogether(looked, proposals);
  // what cannot be told exactly is not proposed
  return loses === undefined ? { proposals: [], loses: [] } : { proposals, loses };
}

function retirement({ agent, possible, use }: Looked): Proposal {
  const since = use.since.toISOString().slice(0, 10);
  return {
    kind: 'retire',
    sentence: `Retire ${agent.id}: it has asked for nothing since ${since}.`,
    loses: mayDo(possible),
    edits: agent.origin === 'runtime' ? [] : [{ kind: 'remove-agent', agent: agent.id }],
    command: ['remit', 'agents', 'retire', agent.id, '--reason', `unused since ${since}`],
  };
}

/** Groups one after the other: each must be harmless alone, and together with those before it. */
function groupProposals(looked: Looked): Proposal[] {
  const { agent, catalog, unused } = looked;
  const policies = parsePolicies(catalog);
  const possibleNow = possibleUnder(catalog);
  const chosen: Proposal[] = [];
  let left: RegisteredAgent = agent;
  for (const group of agent.groups) {
    if (!canLeave(looked, policies, group)) continue;
    const alone = lossOf(looked.possible, possibleNow(without(agent, [group])));
    const together = lossOf(looked.possible, possibleNow(without(left, [group])));
    if (alone === undefined || together === undefined) continue;
    if (![...alone, ...together].every((task) => unused.includes(task))) continue;
    left = without(left, [group]);
    chosen.push(leaving(agent, { group, loses: alone, rest: left.groups }));
  }
  return chosen;
}

function leaving(
  agent: RegisteredAgent,
  {
    group,
    loses,
    rest,
  }: { readonly group: string; readonly loses: readonly string[]; readonly rest: readonly string[] },
): Proposal {
  const why =
    loses.length === 0
      ? 'nothing that it may do comes from there alone'
      : `all that it gains there is ${loses.join(', ')}, which it never asked for`;
  const isRuntime = agent.origin === 'runtime';
  return {
    kind: 'leave-group',
    sentence: `Take ${agent.id} out of group ${group}: ${why}.`,
    loses,
    group,
    edits: isRuntime ? [] : [{ kind: 'leave-group', agent: agent.id, group }],
    ...(isRuntime && {
      command: [...UPDATE, agent.id, '--groups', rest.join(','), '--reason', `review: ${group} is not used`],
    }),
  };
}

/** A group that policies name must keep somebody in it, and what depends on values must not look at it. */
function canLeave(
  { agent, catalog, possible }: Looked,
  policies: readonly ParsedPolicy[],
  group: string,
): boolean {
  const depends = [...possible].filter(([, { outcome }]) => outcome === 'depends');
  if (depends.some(([task]) => looksAtGroup(policies, task, group))) return false;
  if (agent.origin === 'runtime' || catalog.runtimeAssignableGroups.includes(group)) return true;
  const others = catalog.agents.filter(({ id, groups }) => id !== agent.id && groups.includes(group));
  return others.length > 0 || !policies.some((policy) => namesGroup(policy, group));
}

/** What a group cannot give back is taken by policy: its own permit removed, or a forbid written. */
function taskProposals(looked: Looked, gone: ReadonlySet<string>): Proposal[] {
  const { agent, catalog, unused, today } = looked;
  // an agent that was registered at run time is given tasks by its groups alone
  if (agent.origin === 'runtime') return [];
  const policies = parsePolicies(catalog);
  const taken = new Set(gone);
  const proposals: Proposal[] = [];
  for (const task of unused) {
    if (taken.has(task)) continue;
    const own = ownPermit(looked, policies, task);
    const proposal = own ? removal(agent, own) : forbidding(looked, { task, day: today });
    if (proposal === undefined) continue;
    for (const each of proposal.loses) taken.add(each);
    proposals.push(proposal);
  }
  return proposals;
}

interface OwnPermit {
  readonly policy: ParsedPolicy;
  readonly tasks: readonly string[];
}

/** The one permit for this task, when it serves this agent alone and gives it nothing that is used. */
function ownPermit(looked: Looked, policies: readonly ParsedPolicy[], task: string): OwnPermit | undefined {
  const { agent, catalog, possible, unused } = looked;
  const permitsOf = (id: string) => {
    const found = catalog.tasks.find((each) => each.id === id);
    return policies.filter(({ json }) => json.effect === 'permit' && found && mayApply(json, agent, found));
  };
  const [policy, ...others] = permitsOf(task);
  if (policy === undefined || others.length > 0 || renumbers(policy, policies)) return undefined;
  const reach = reachOf(policy, [...catalog.agents, agent, ...anybody(catalog)], catalog.tasks);
  if (reach.some((each) => each.agent !== agent.id)) return undefined;
  const tasks = [...new Set(reach.map((each) => each.task))].filter((id) => mayDo(possible).includes(id));
  const isItsOwn = tasks.every((id) => unused.includes(id) && permitsOf(id).length === 1);
  return isItsOwn ? { policy, tasks } : undefined;
}

/** Who may be registered at run time, as far as groups say. */
function anybody({
  tasks,
  runtimeAssignableGroups,
}: Catalog): Pick<Agent, 'id' | 'groups' | 'environment'>[] {
  const environments = [...new Set(tasks.map(({ environment }) => environment))];
  return environments.map((environment) => ({ id: '', groups: runtimeAssignableGroups, environment }));
}

/** Ids such as `support.cedar#2` count: removing one before others would rename them in what was recorded. */
function renumbers({ id, file }: ParsedPolicy, policies: readonly ParsedPolicy[]): boolean {
  const numberOf = (each: string) => Number(/\.cedar#(\d+)$/.exec(each)?.[1] ?? 0);
  return policies.some((other) => other.file === file && numberOf(other.id) > numberOf(id));
}

function removal(agent: RegisteredAgent, { policy, tasks }: OwnPermit): Proposal {
  const what = tasks.join(', ');
  return {
    kind: 'remove-policy',
    sentence: `Remove policy ${policy.id}: it serves ${agent.id} alone, which never asked for ${what}.`,
    loses: tasks,
    edits: [{ kind: 'remove-policy', policy: policy.id }],
  };
}

function forbidding({ agent, catalog }: Looked, given: { readonly task: string; readonly day: string }) {
  const edit = { kind: 'forbid', agent: agent.id, ...given } as const;
  const { id } = forbidPolicy(edit);
  if (catalog.policies.some((policy) => policy.id === id)) return undefined;
  return {
    kind: 'forbid',
    sentence: `Forbid ${agent.id} ${given.task}: it never asked for it, and what permits it serves others or other tasks too.`,
    loses: [given.task],
    edits: [edit],
  } satisfies Proposal;
}

/** One identity must stay; what its grants came from is known. */
function bindingProposals({ agent, catalog, use }: Looked): Proposal[] {
  const { unusedBindings = [] } = use;
  if (unusedBindings.length === 0 || unusedBindings.length === agent.bindings.length) return [];
  const isRuntime = agent.origin === 'runtime';
  const catalogued = catalog.agents.find(({ id }) => id === agent.id)?.bindings ?? [];
  return unusedBindings.flatMap(({ issuer, subject }): Proposal[] => {
    const sentence = `Remove the identity ${subject} of ${issuer}: no request of ${agent.id} came from it.`;
    const shared = { kind: 'remove-binding', sentence, loses: [] } as const;
    if (isRuntime) {
      const rest = ['--remove-binding', `${issuer} ${subject}`, '--reason', 'review: not used'];
      return [{ ...shared, edits: [], command: [...UPDATE, agent.id, ...rest] }];
    }
    const isKnown = catalogued.some((each) => each.issuer === issuer && each.subject === subject);
    return isKnown
      ? [{ ...shared, edits: [{ kind: 'remove-binding', agent: agent.id, issuer, subject }] }]
      : [];
  });
}

/** By what the policies say of all changes at once. */
function lossTogether({ catalog, agent, possible }: Looked, proposals: readonly Proposal[]) {
  const edits = proposals.flatMap((proposal) => proposal.edits);
  const groups = proposals.flatMap(({ group }) => (group === undefined ? [] : [group]));
  return lossOf(possible, possibleUnder(applyEdits(catalog, edits))(without(agent, groups)));
}

function without(agent: RegisteredAgent, groups: readonly string[]): RegisteredAgent {
  return { ...agent, groups: agent.groups.filter((group) => !groups.includes(group)) };
}
