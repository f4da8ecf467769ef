// The explicit Denies around a task's Allows. An implicit deny does not bound a resource policy that lets the
// session or everybody in; an explicit one always wins. Each Deny is the exact complement of the Allows of its
// actions, so none of them takes away what an Allow gives (check.ts refuses tasks for which it would).

import type { ConditionBlock, PolicyStatement } from '../model.ts';
import { SCOPE_DOWN_ACTION, short, unique, type WrittenPermission } from './statements.ts';

const NEGATED: Readonly<Record<string, string>> = {
  StringEquals: 'StringNotEquals',
  StringLike: 'StringNotLike',
  ArnEquals: 'ArnNotEquals',
  ArnLike: 'ArnNotLike',
  // not negated operators: they need IfExists to be true where the key is absent
  NumericLessThan: 'NumericGreaterThanEqualsIfExists',
  NumericLessThanEquals: 'NumericGreaterThanIfExists',
  NumericGreaterThan: 'NumericLessThanEqualsIfExists',
  NumericGreaterThanEquals: 'NumericLessThanIfExists',
};

/** Condition operators that a task may use: those whose opposite can be written. */
export const OPERATORS_WITH_OPPOSITE: readonly string[] = [
  ...Object.keys(NEGATED),
  ...['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike'].flatMap((base) => [
    `ForAnyValue:${base}`,
    `ForAllValues:${base}`,
  ]),
  'Bool',
  'Null',
];

/** Denies every action that the task does not name. */
export function denyOtherActions(permissions: readonly WrittenPermission[]): PolicyStatement {
  const actions = unique(permissions.flatMap((permission) => permission.actions));
  return { Effect: 'Deny', NotAction: short([...actions, SCOPE_DOWN_ACTION]), Resource: '*' };
}

/** Denies the actions of a task on every other resource, for each group of actions with the same resources. */
export function denyOtherResources(permissions: readonly WrittenPermission[]): readonly PolicyStatement[] {
  const groups = new Map<string, { actions: string[]; resources: readonly string[] }>();
  for (const [action, resources] of resourcesByAction(permissions)) {
    if (resources.includes('*')) continue;
    const key = JSON.stringify(resources);
    const group = groups.get(key) ?? { actions: [], resources };
    group.actions.push(action);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ actions, resources }) => ({
    Effect: 'Deny',
    Action: short(actions),
    NotResource: short(resources),
  }));
}

// IAM compares actions without case: two spellings are one action
function resourcesByAction(
  permissions: readonly WrittenPermission[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, { name: string; resources: readonly string[] }>();
  for (const { actions, resources } of permissions)
    for (const name of actions) {
      const earlier = found.get(name.toLowerCase());
      found.set(name.toLowerCase(), {
        name: earlier?.name ?? name,
        resources: unique([...(earlier?.resources ?? []), ...resources]),
      });
    }
  return new Map([...found.values()].map(({ name, resources }) => [name, resources]));
}

/** Denies a permission's actions where one of `conditions` does not hold; one Deny each, since they are ANDed. */
export function denyOtherConditions(
  actions: readonly string[],
  conditions: ConditionBlock,
): readonly PolicyStatement[] {
  return Object.entries(conditions).flatMap(([operator, entries]) =>
    Object.entries(entries).map(([key, values]) => {
      const [opposite, others] = oppositeOf(operator, values);
      return {
        Effect: 'Deny' as const,
        Action: short(actions),
        Resource: '*',
        Condition: { [opposite]: { [key]: short(others) } },
      };
    }),
  );
}

/** An operator and values that hold exactly when the given ones do not, also when the key is absent. */
export function oppositeOf(
  operator: string,
  values: readonly string[],
): readonly [operator: string, values: readonly string[]] {
  if (operator === 'Null') return ['Null', values.map(flip)];
  if (operator === 'Bool') return ['BoolIfExists', values.map(flip)];
  const [, set = '', base = ''] = /^(ForAnyValue:|ForAllValues:)?(.*)$/.exec(operator) ?? [];
  const negated = Object.hasOwn(NEGATED, base) ? NEGATED[base] : undefined;
  if (negated === undefined) throw new TypeError(`the condition operator ${operator} has no opposite`);
  if (set === 'ForAnyValue:') return [`ForAllValues:${negated}`, values];
  if (set === 'ForAllValues:') return [`ForAnyValue:${negated}`, values];
  return [negated, values];
}

const flip = (value: string): string => (value === 'true' ? 'false' : 'true');
