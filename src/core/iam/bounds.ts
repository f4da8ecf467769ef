// Explicit Denies around what is allowed. An Allow in a session policy or role policy does not bound a resource
// policy that lets somebody in; a Deny does (IAM User Guide, policy evaluation logic).

import type { ConditionBlock, PermissionTemplate, PolicyStatement } from '../model.ts';
import { reachByAction } from './placeholders.ts';

/** IAM's way to end a session at a time: everything is denied from then on. */
export function denyFrom(end: Date): PolicyStatement {
  return {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': isoSeconds(end) } },
  };
}

/** Denies each action outside the resources that all its statements name; actions with one reach share a Deny. */
export function denyOutside(permissions: readonly PermissionTemplate[]): PolicyStatement[] {
  const groups = new Map<string, { actions: string[]; resources: readonly string[] }>();
  for (const [action, resources] of reachByAction(permissions)) {
    if (resources.includes('*')) continue;
    const key = [...resources].sort().join('\n');
    const group = groups.get(key) ?? { actions: [], resources };
    group.actions.push(action);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ actions, resources }) => ({
    Effect: 'Deny',
    Action: single(actions),
    NotResource: single(resources),
  }));
}

/** Denies each action unless its positive string conditions hold. */
export function denyUnless(permissions: readonly PermissionTemplate[]): PolicyStatement[] {
  return permissions.flatMap(({ actions, conditions }) =>
    negations(conditions ?? {}).map((Condition) => ({
      Effect: 'Deny' as const,
      Action: single(actions),
      Resource: '*',
      Condition,
    })),
  );
}

/** What is false of a request that meets the conditions, one block each: `ForAll` and `ForAny` turn into the other. */
function negations(conditions: ConditionBlock): NonNullable<PolicyStatement['Condition']>[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => negation(operator, key, values)),
  );
}

function negation(operator: string, key: string, values: readonly string[]) {
  if (operator === 'Null') return { Null: { [key]: values[0] === 'true' ? 'false' : 'true' } };
  const [, set = '', base = ''] = /^(ForAllValues:|ForAnyValue:)?(.+)$/.exec(operator) ?? [];
  const opposite = set === '' ? '' : set === 'ForAllValues:' ? 'ForAnyValue:' : 'ForAllValues:';
  return { [`${opposite}${base.replace(/^(String|Arn)/, '$1Not')}`]: { [key]: single(values) } };
}

/** One value as itself, several as a list: characters count. */
export function single(values: readonly string[]): string | readonly string[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}

/** IAM dates have whole seconds. */
function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
