// Conditions of a permission template: placeholders only in values of positive string operators, and a set
// operator that is true of nothing (`ForAllValues`) only beside `Null: false`.

import type { ConditionBlock } from '../model.ts';
import { checkText, type PermissionProblem } from './check-text.ts';
import { OPERATORS_WITH_OPPOSITE } from './fences.ts';
import { parametersIn } from './template.ts';

/** Operators whose widening and whose negation are known. */
const POSITIVE_TEXT = /^(ForAllValues:|ForAnyValue:)?(StringEquals|StringLike|ArnLike|ArnEquals)$/;

/** Everything wrong with a template's conditions. */
export function checkConditions(conditions: ConditionBlock): PermissionProblem[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) => [
      ...checkOperator(operator),
      ...checkKey(key),
      ...checkCompanion(conditions, operator, key),
      ...values.flatMap((value) => checkValue(operator, value)),
    ]),
  );
}

/** Whether any condition value has a placeholder. */
export function narrowsByValue(conditions: ConditionBlock): boolean {
  return Object.values(conditions).some((keys) =>
    Object.values(keys)
      .flat()
      .some((value) => parametersIn(value).length > 0),
  );
}

/** The role's ceiling denies whatever a condition does not hold for, so its opposite must be one that IAM has. */
function checkOperator(operator: string): PermissionProblem[] {
  if (OPERATORS_WITH_OPPOSITE.includes(operator)) return [];
  return [
    {
      message: `condition operator ${operator} cannot be turned into a Deny`,
      fix: `use one of: ${OPERATORS_WITH_OPPOSITE.join(', ')}`,
    },
  ];
}

function checkKey(key: string): PermissionProblem[] {
  if (/^[a-z0-9-]+:[A-Za-z0-9:/._-]+$/.test(key)) return [];
  return [{ message: `condition key "${key}" is not one`, fix: 'write prefix:Key, without placeholders' }];
}

function checkCompanion(conditions: ConditionBlock, operator: string, key: string): PermissionProblem[] {
  if (!operator.startsWith('ForAllValues:')) return [];
  const companion = conditions['Null']?.[key];
  if (companion?.length === 1 && companion[0] === 'false') return [];
  return [
    {
      message: `${operator} on ${key} is true when the request has no such key`,
      fix: `add Null: { "${key}": ["false"] } beside it`,
    },
  ];
}

function checkValue(operator: string, value: string): PermissionProblem[] {
  if (parametersIn(value).length === 0) return value.includes('$') ? checkText(value) : [];
  if (!POSITIVE_TEXT.test(operator)) {
    return [
      {
        message: `placeholder in a value of ${operator}`,
        fix: 'placeholders stand in values of StringEquals, StringLike, ArnLike or ArnEquals only',
      },
    ];
  }
  return checkText(value);
}
