// `{name}` in a task's resources and condition values: found, filled, widened. Values come checked by
// catalog/parameters.ts; nothing here trusts that they cannot contain a wildcard, it renders what it is given.

import type { ConditionBlock, Parameters, PermissionTemplate, Task } from '../model.ts';

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Names of the placeholders in a template text, in order. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}

/** Whether a template text has a placeholder. */
export function hasPlaceholder(text: string): boolean {
  return placeholdersIn(text).length > 0;
}

/** The text with each placeholder replaced. @throws TypeError for one without a value. */
export function fill(text: string, parameters: Parameters): string {
  return text.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) throw new TypeError(`no value for {${name}}`);
    return String(value);
  });
}

/** The text with each placeholder widened to whatever its value may be. */
export function widen(text: string): string {
  return text.replaceAll(PLACEHOLDER, '*');
}

/** The same ARN in another partition: templates are written for `aws`. */
export function inPartition(text: string, partition: string): string {
  return text.startsWith('arn:aws:') ? `arn:${partition}:${text.slice('arn:aws:'.length)}` : text;
}

/** Every template text of a task in which a placeholder may stand. */
export function templateTexts(task: Pick<Task, 'permissions'>): string[] {
  return task.permissions.flatMap((permission) => [
    ...permission.resources,
    ...conditionValues(permission.conditions),
  ]);
}

/** All values of a condition block. */
export function conditionValues(conditions: ConditionBlock | undefined): string[] {
  return Object.values(conditions ?? {}).flatMap((keys) => Object.values(keys).flat());
}

/** A condition block with operator and values mapped; order is kept. */
export function mapConditions(
  conditions: ConditionBlock,
  map: { operator(name: string, values: readonly string[]): string; value(text: string): string },
): ConditionBlock {
  const mapped: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, values] of Object.entries(keys)) {
      const name = map.operator(operator, values);
      mapped[name] = { ...mapped[name], [key]: values.map(map.value) };
    }
  }
  return mapped;
}

/** Resources of each action over all templates: what an action may reach in all. */
export function reachByAction(permissions: readonly PermissionTemplate[]): Map<string, readonly string[]> {
  const reach = new Map<string, readonly string[]>();
  for (const { actions, resources } of permissions) {
    for (const action of actions)
      reach.set(action, [...new Set([...(reach.get(action) ?? []), ...resources])]);
  }
  return reach;
}
