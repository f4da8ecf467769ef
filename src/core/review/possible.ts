// What an agent may do before and after a change, and whether the change takes tasks away and does nothing else. Where
// that cannot be told without values, the answer is that it does something else.

import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { createAuthorizer } from '../authorize/authorizer.ts';
import { NAMESPACE } from '../catalog/cedar-schema.ts';
import { concerns, entitiesIn, mayApply } from '../catalog/policy-scope.ts';
import type { Agent, Catalog, Task } from '../model.ts';
import { type Possibility, sayWho } from '../questions/rulings.ts';

type PolicyJson = Extract<ReturnType<typeof policyToJson>, { type: 'success' }>['json'];

/** A policy of the catalog, parsed. */
export interface ParsedPolicy {
  readonly id: string;
  readonly file: string;
  readonly json: PolicyJson;
}

/** By task id, the tasks of the agent's environment. */
export type Possible = ReadonlyMap<string, Possibility>;

/** Says what agents may do under this catalog. @throws Refusal `policy_error` */
export function possibleUnder(catalog: Catalog): (agent: Agent) => Possible {
  const say = sayWho(catalog, createAuthorizer(catalog));
  return (agent) => {
    const tasks = catalog.tasks.filter(({ environment }) => environment === agent.environment);
    return new Map(tasks.map((task) => [task.id, say(agent, task)]));
  };
}

/** Tasks that are gone; undefined when anything else is different, or may be. */
export function lossOf(before: Possible, after: Possible): readonly string[] | undefined {
  const lost: string[] = [];
  for (const [task, was] of before) {
    const is = after.get(task) ?? { outcome: 'denied', policies: [] };
    if (is.outcome === 'denied' && was.outcome !== 'denied') lost.push(task);
    else if (is.outcome !== was.outcome) return undefined;
    // which policies may apply is all that is known of what depends on values
    else if (is.outcome === 'depends' && is.policies.join(' ') !== was.policies.join(' ')) return undefined;
  }
  return lost;
}

/** The catalog's policies; one that does not parse is left to the authorizer, which refuses. */
export function parsePolicies({ policies }: Catalog): ParsedPolicy[] {
  return policies.flatMap(({ id, file, text }) => {
    const parsed = policyToJson(text);
    return parsed.type === 'failure' ? [] : [{ id, file, json: parsed.json }];
  });
}

/** Whether a policy names the group, in its scope or in its conditions. */
export function namesGroup({ json }: ParsedPolicy, group: string): boolean {
  return entitiesIn(json).some(({ type, id }) => type === `${NAMESPACE}::Group` && id === group);
}

/** Whether a condition of a policy about this task names the group. */
export function looksAtGroup(policies: readonly ParsedPolicy[], task: string, group: string): boolean {
  const inConditions = ({ json }: ParsedPolicy) =>
    entitiesIn({ ...json, principal: { op: 'All' }, resource: { op: 'All' } }).some(
      ({ type, id }) => type === `${NAMESPACE}::Group` && id === group,
    );
  return policies.some((policy) => concerns(policy.json, task) && inConditions(policy));
}

/** Who and what a policy's scope reaches, of these agents and tasks. */
export function reachOf(
  { json }: ParsedPolicy,
  agents: readonly Pick<Agent, 'id' | 'groups' | 'environment'>[],
  tasks: readonly Task[],
): { readonly agent: string; readonly task: string }[] {
  return agents.flatMap((agent) =>
    tasks
      .filter((task) => task.environment === agent.environment && mayApply(json, agent, task))
      .map((task) => ({ agent: agent.id, task: task.id })),
  );
}

/** Tasks that are not denied. */
export function mayDo(possible: Possible): readonly string[] {
  return [...possible].filter(([, { outcome }]) => outcome !== 'denied').map(([task]) => task);
}

/** What an agent of the catalog loses between two versions of it; undefined when something else changes too. */
export function lossBetween(before: Catalog, after: Catalog, id: string): readonly string[] | undefined {
  const of = ({ agents }: Catalog) => agents.find((each) => each.id === id);
  const [was, is] = [of(before), of(after)];
  if (was === undefined) return undefined;
  const possible = possibleUnder(before)(was);
  return is === undefined ? mayDo(possible) : lossOf(possible, possibleUnder(after)(is));
}
