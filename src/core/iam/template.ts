// The strings of a task's permissions: text with `{parameter}` placeholders, `{account}` for the task's own
// account, and `arn:aws:` for whatever partition Remit runs in. Filled with values, or widened to wildcards.

import type { Parameters, Task } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { longestValue } from './longest-value.ts';
import { accountOfTask } from './role.ts';

/** Partition and account that task roles with `account: self` live in. */
export interface Where {
  readonly partition: string;
  readonly account: string;
}

/** The placeholder that every task has: the 12 digits of its account. */
export const ACCOUNT_PLACEHOLDER = 'account';

const PLACEHOLDER = /\{([^{}]*)\}/g;
// wildcards, policy variables, ARN and template separators, JSON: what could change the meaning around a value;
// and what STS does not take (it takes U+0020 to U+00FF, of which U+007F to U+009F are control characters)
const UNSAFE_IN_VALUE = /[*?$:{}"'\\]|[^\u0020-\u007e\u00a0-\u00ff]/u;

/** Turns one template string into policy text. */
export type Writer = (template: string) => string;

/** Names of the placeholders in `template`, in order, without `{account}`. */
export function parametersIn(template: string): readonly string[] {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return names.filter((name) => name !== ACCOUNT_PLACEHOLDER);
}

/** Writes with the values of one request. @throws Refusal `parameter_invalid`, `misconfigured` */
export function fillWith(task: Task, parameters: Parameters, where: Where): Writer {
  return writer(task, where, (name) => textOf(task, parameters, name));
}

/** Writes with a wildcard for each parameter. @throws Refusal `misconfigured` */
export function widenFor(task: Task, where: Where): Writer {
  return writer(task, where, () => '*');
}

function writer(task: Task, where: Where, write: (name: string) => string): Writer {
  const account = accountOfTask(task, where);
  return (template) => {
    // a value cannot hold braces, so nothing is filled twice
    const literal = template.replaceAll(PLACEHOLDER, '');
    if (/[{}]|\$\{/.test(literal) || template.includes('${'))
      throw new Refusal('misconfigured', {
        detail: `task ${task.id}: malformed placeholder in a permission`,
      });
    // placeholders first: a partition or account that is a token of the CDK has braces of its own
    return template
      .replaceAll(PLACEHOLDER, (_, name: string) => (name === ACCOUNT_PLACEHOLDER ? account : write(name)))
      .replace(/^arn:aws:/, () => `arn:${where.partition}:`);
  };
}

// validateParameters has refused all of this before; a policy is still never rendered from an unsafe value
function textOf(task: Task, parameters: Parameters, name: string): string {
  const spec = Object.hasOwn(task.parameters, name) ? task.parameters[name] : undefined;
  if (spec === undefined)
    throw new Refusal('misconfigured', {
      detail: `task ${task.id}: {${name}} is not a parameter of the task`,
    });
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (value === undefined) throw invalid(name, 'is missing');
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw invalid(name, 'is not an integer');
  const text = String(value);
  if (text === '' || text.length > longestValue(spec)) throw invalid(name, 'is empty or too long');
  if (UNSAFE_IN_VALUE.test(text)) throw invalid(name, 'holds a character that no value may have');
  const isPath = spec.type === 'string' && spec.path === true;
  if (text.includes('/') && (!isPath || text.split('/').some((part) => ['', '.', '..'].includes(part))))
    throw invalid(name, 'holds a slash where none may be');
  return text;
}

function invalid(name: string, problem: string): Refusal {
  return new Refusal('parameter_invalid', { detail: `parameter ${name} ${problem}` });
}
