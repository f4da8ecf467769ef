// The operators of IAM conditions on one request value and one policy value
// (IAM User Guide, "IAM JSON policy elements: Condition operators").

import { matchesArn, matchesPattern } from './match.ts';

/** A test of one value of the request against one of the policy. */
export type Comparison = (value: string, wanted: string) => boolean;

interface Operator {
  readonly holds: Comparison;
  /** `Not…`: true unless one policy value matches, and true when the key is absent. */
  readonly negated: boolean;
}

const numeric = (compare: (value: number, wanted: number) => boolean): Comparison => {
  return (value, wanted) => isNumber(value) && isNumber(wanted) && compare(Number(value), Number(wanted));
};
const dated = (compare: (value: number, wanted: number) => boolean): Comparison => {
  return (value, wanted) => {
    const [left, right] = [timeOf(value), timeOf(wanted)];
    return left !== undefined && right !== undefined && compare(left, right);
  };
};

const POSITIVE: Readonly<Record<string, Comparison>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => matchesPattern(wanted, value),
  ArnEquals: (value, wanted) => matchesArn(wanted, value),
  ArnLike: (value, wanted) => matchesArn(wanted, value),
  NumericEquals: numeric((value, wanted) => value === wanted),
  NumericLessThan: numeric((value, wanted) => value < wanted),
  NumericLessThanEquals: numeric((value, wanted) => value <= wanted),
  NumericGreaterThan: numeric((value, wanted) => value > wanted),
  NumericGreaterThanEquals: numeric((value, wanted) => value >= wanted),
  DateEquals: dated((value, wanted) => value === wanted),
  DateLessThan: dated((value, wanted) => value < wanted),
  DateLessThanEquals: dated((value, wanted) => value <= wanted),
  DateGreaterThan: dated((value, wanted) => value > wanted),
  DateGreaterThanEquals: dated((value, wanted) => value >= wanted),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** The operator of that name without set prefix and `IfExists`, or undefined for one that is not known. */
export function operatorNamed(name: string): Operator | undefined {
  const positive = own(POSITIVE, name);
  if (positive) return { holds: positive, negated: false };
  const opposite = own(POSITIVE, own(NEGATED, name) ?? '');
  return opposite && { holds: opposite, negated: true };
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** ISO 8601 or epoch seconds, in milliseconds. */
function timeOf(text: string): number | undefined {
  const time = isNumber(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
