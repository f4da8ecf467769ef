// The Allow statements of a task, with values filled in or widened to what any value could be; and how policy
// statements are written as small as JSON gets.

import type { ConditionBlock, PermissionTemplate, PolicyDocument, PolicyStatement } from '../model.ts';
import { parametersIn, type Writer } from './template.ts';

/** One Allow of a task after writing. */
export interface WrittenPermission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: ConditionBlock;
}

/** The one call that a session needs beside its task: it makes the scoped credentials of the lease. */
export const SCOPE_DOWN_ACTION = 'sts:GetScopedCredentials';

/** Writes one permission; each condition keeps its operator. */
export function writePermission(template: PermissionTemplate, write: Writer): WrittenPermission {
  return {
    actions: template.actions,
    resources: unique(template.resources.map(write)),
    conditions: mapConditions(template.conditions, (operator, values) => [operator, values.map(write)]),
  };
}

/** Writes one permission for any value: `StringEquals` becomes `StringLike` where a value has a placeholder. */
export function widenPermission(template: PermissionTemplate, widen: Writer): WrittenPermission {
  return {
    ...writePermission(template, widen),
    conditions: mapConditions(template.conditions, (operator, values) => [
      hasParameter(values) ? operator.replace(/StringEquals$/, 'StringLike') : operator,
      unique(values.map(widen)),
    ]),
  };
}

/** Whether a request's values change any of these strings. */
export function hasParameter(templates: readonly string[]): boolean {
  return templates.some((template) => parametersIn(template).length > 0);
}

function mapConditions(
  block: ConditionBlock | undefined,
  map: (operator: string, values: readonly string[]) => readonly [string, readonly string[]],
): ConditionBlock {
  const mapped: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, entries] of Object.entries(block ?? {}))
    for (const [key, values] of Object.entries(entries)) {
      const [newOperator, newValues] = map(operator, values);
      mapped[newOperator] = { ...mapped[newOperator], [key]: newValues };
    }
  return mapped;
}

/** The Allow statement of a written permission. */
export function allow({ actions, resources, conditions }: WrittenPermission): PolicyStatement {
  return {
    Effect: 'Allow',
    Action: short(actions),
    Resource: short(resources),
    ...(Object.keys(conditions).length > 0 && { Condition: shortConditions(conditions) }),
  };
}

/** A list of one is written as its only member. */
export function short(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

/** A condition block with its lists of one written short. */
export function shortConditions(block: ConditionBlock): NonNullable<PolicyStatement['Condition']> {
  return Object.fromEntries(
    Object.entries(block).map(([operator, entries]) => [
      operator,
      Object.fromEntries(Object.entries(entries).map(([key, values]) => [key, short(values)])),
    ]),
  );
}

/** The document around statements. */
export function policyOf(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** Members in first-seen order, each once. */
export function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
