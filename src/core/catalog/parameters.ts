// The values of one request against the task's parameters. A value can never widen a policy: wildcards, policy
// variables, placeholders, quotes, separators and everything unprintable are refused in every value, whatever the
// pattern says.

import { longestValue } from '../iam/longest-value.ts';
import type { ParameterSpec, Parameters, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { anchored } from './patterns.ts';

/** Printable ASCII without `" $ * : ? \ { }` and the quotes. */
const HARMLESS = /^[\x20-\x7e]+$/;
const MEANINGFUL = /["$'*:?\\`{}]/;
/** A name of the caller's that can be told to it: nothing in it is hidden or means anything. */
const NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,31}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The parameters of a request: all of the task's and no others, each of its type.
 * @throws Refusal `parameter_invalid`, naming the parameter and the rule, never the value
 */
export function validateParameters(task: Pick<Task, 'parameters'>, raw: unknown): Parameters {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw invalid(undefined, 'not an object of names and values');
  const given = new Map(Object.entries(raw));
  const valid: Record<string, string | number | boolean> = Object.create(null);
  for (const [name, spec] of Object.entries(task.parameters)) {
    const value = given.get(name);
    if (!given.delete(name)) throw invalid(name, 'missing');
    const problem = problemWith(spec, value);
    if (problem !== undefined) throw invalid(name, problem);
    valid[name] = value;
  }
  const [unknown] = given.keys();
  if (unknown !== undefined)
    throw invalid(NAME.test(unknown) ? unknown : undefined, 'not a parameter of the task');
  return { ...valid };
}

/** What is wrong with a text whatever the pattern says, or undefined. */
export function textProblem(value: string, options: { readonly path: boolean }): string | undefined {
  if (value === '') return 'empty';
  if (!HARMLESS.test(value) || MEANINGFUL.test(value)) return 'a character that no value may have';
  if (!value.includes('/')) return value === '.' || value === '..' ? 'a path segment' : undefined;
  if (!options.path) return 'a slash';
  const segments = value.split('/');
  return segments.some((segment) => segment === '' || segment === '.' || segment === '..')
    ? 'an empty, . or .. path segment'
    : undefined;
}

function problemWith(spec: ParameterSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return 'not an integer';
      // one value, one text: -0 is equal to 0 and not the same
      if (Object.is(value, -0)) return 'minus zero';
      return value >= spec.min && value <= spec.max ? undefined : 'out of range';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'not a boolean';
    case 'uuid':
      return typeof value === 'string' && UUID.test(value) ? undefined : 'not a lower-case UUID';
    case 'enum':
      if (typeof value !== 'string' || !spec.values.includes(value)) return 'not one of its values';
      return textProblem(value, { path: false });
    case 'string':
      return stringProblem(spec, value);
  }
}

function stringProblem(spec: Extract<ParameterSpec, { type: 'string' }>, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'not a string';
  // before the pattern runs: its time depends on the length
  if (value.length > longestValue(spec)) return 'too long';
  const problem = textProblem(value, { path: spec.path === true });
  if (problem !== undefined) return problem;
  return anchored(spec.pattern).test(value) ? undefined : 'does not match its pattern';
}

/** An agent is told which of its own words does not fit and by which rule, and nothing that the catalog says. */
function invalid(name: string | undefined, problem: string): Refusal {
  return new Refusal('parameter_invalid', {
    detail: name === undefined ? problem : `${name}: ${problem}`,
    members: { ...(name !== undefined && { parameter: name }), problem },
  });
}
