// What a policy is about, read from its scope: which task, which agents. Where the scope does not say, it is about
// everything: a forbid must never be left out.

import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Agent, Task } from '../model.ts';
import { NAMESPACE } from './cedar-schema.ts';

/** A name in a policy, such as `Remit::Group::"billing"`. */
export interface EntityName {
  readonly type: string;
  readonly id: string;
}

type Scope = PolicyJson['principal'] | PolicyJson['action'] | PolicyJson['resource'];
type Reference = EntityName | { readonly __entity: EntityName };

/** Whether the policy's scope lets it say anything about a task. */
export function concerns(json: PolicyJson, taskId: string): boolean {
  return holds(json.action, [{ type: `${NAMESPACE}::Action`, id: taskId }]);
}

/** Whether its scope lets a policy apply to this agent doing this task; conditions may still say no. */
export function mayApply(
  json: PolicyJson,
  agent: Pick<Agent, 'id' | 'groups'>,
  task: Pick<Task, 'id' | 'environment'>,
): boolean {
  const groups = agent.groups.map((id) => ({ type: `${NAMESPACE}::Group`, id }));
  return (
    concerns(json, task.id) &&
    holds(json.principal, [{ type: `${NAMESPACE}::Agent`, id: agent.id }, ...groups]) &&
    holds(json.resource, [{ type: `${NAMESPACE}::Environment`, id: task.environment }])
  );
}

/** Every entity that stands in a policy, in its scope and in its conditions, or in a part of one. */
export function entitiesIn(json: unknown): EntityName[] {
  return objectsIn(json).flatMap(({ type, id }) =>
    typeof type === 'string' && typeof id === 'string' ? [{ type, id }] : [],
  );
}

/** Whether the policy looks at `context.approved`: it may want a person. */
export function asksForPeople(json: PolicyJson): boolean {
  return objectsIn(json.conditions).some(
    ({ left, attr }) => attr === 'approved' && JSON.stringify(left) === '{"Var":"context"}',
  );
}

/** `chain` is the entity that asks, then what it is in. */
function holds(scope: Scope, chain: readonly EntityName[]): boolean {
  if (scope.op === 'All') return true;
  if (scope.op === 'is') return scope.in === undefined || among(scope.in, chain);
  return among(scope, scope.op === '==' ? chain.slice(0, 1) : chain);
}

function among(scope: object, chain: readonly EntityName[]): boolean {
  const wanted = referencesOf(scope);
  if (wanted === undefined) return true;
  return wanted.some((each) => chain.some(({ type, id }) => type === each.type && id === each.id));
}

function referencesOf(scope: { entity?: Reference; entities?: Reference[] }): EntityName[] | undefined {
  const { entity, entities = entity && [entity] } = scope;
  return entities?.map((each) => ('__entity' in each ? each.__entity : each));
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}
