// Whether a statement's conditions hold for a request. What cannot be evaluated fails closed: it never makes an
// Allow apply, and always makes a Deny apply.

import type { PolicyStatement } from '../model.ts';
import { operatorNamed } from './operators.ts';

/** Condition keys of a request; a list where AWS has a multivalued key. Keys compare without regard to case. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** `unknown`: an operator or a shape that this evaluator does not know. */
export type Verdict = 'holds' | 'fails' | 'unknown';

/** All conditions of a statement together. */
export function conditionsHold(conditions: PolicyStatement['Condition'], context: ConditionContext): Verdict {
  const verdicts = Object.entries(conditions ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => oneHolds(operator, listOf(wanted), valuesOf(context, key))),
  );
  if (verdicts.includes('fails')) return 'fails';
  return verdicts.includes('unknown') ? 'unknown' : 'holds';
}

interface Parsed {
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

function parseOperator(text: string): Parsed {
  const [, set, rest = text] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/s.exec(text) ?? [];
  const ifExists = rest.endsWith('IfExists');
  return {
    set: set as Parsed['set'],
    base: ifExists ? rest.slice(0, -'IfExists'.length) : rest,
    ifExists,
  };
}

function oneHolds(text: string, wanted: readonly string[], values: readonly string[] | undefined): Verdict {
  const { set, base, ifExists } = parseOperator(text);
  if (base === 'Null') return nullHolds(wanted, values);
  // policy variables in condition values are not resolved here
  if (wanted.some((each) => each.includes('${'))) return 'unknown';
  const operator = operatorNamed(base);
  if (operator === undefined) return 'unknown';
  const matches = (value: string) => wanted.some((each) => operator.holds(value, each)) !== operator.negated;
  if (set === 'ForAllValues') return verdict((values ?? []).every(matches));
  if (set === 'ForAnyValue') return verdict(values === undefined ? ifExists : values.some(matches));
  if (values === undefined) return verdict(ifExists || operator.negated);
  const [value] = values;
  // several values without a set operator: AWS calls it undefined
  return values.length === 1 && value !== undefined ? verdict(matches(value)) : 'unknown';
}

function nullHolds(wanted: readonly string[], values: readonly string[] | undefined): Verdict {
  const absent = values === undefined || values.length === 0;
  return verdict(wanted.some((each) => (each.toLowerCase() === 'true') === absent));
}

function valuesOf(context: ConditionContext, key: string): readonly string[] | undefined {
  const name = Object.keys(context).find((each) => each.toLowerCase() === key.toLowerCase());
  const value = name === undefined ? undefined : context[name];
  return value === undefined ? undefined : listOf(value);
}

/** One value or a list of them, as strings. */
export function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function verdict(holds: boolean): Verdict {
  return holds ? 'holds' : 'fails';
}
