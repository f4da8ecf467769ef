// What no single file shows: things twice, identities of two agents, names that lead nowhere, and the traps of each
// issuer kind.

import { checkTaskPermissions } from '../iam/check.ts';
import { longestValue } from '../iam/longest-value.ts';
import { taskRoleName } from '../iam/role.ts';
import { ACCOUNT_PLACEHOLDER } from '../iam/template.ts';
import { REVIEW_DAYS, reviewDate } from '../lifecycle/review-date.ts';
import type { Agent, Binding, Issuer, ParameterSpec, Task } from '../model.ts';
import { checkBinding, checkIssuerConfig } from '../verify/kinds/check.ts';
import { checkTaskBudget } from './budget-checks.ts';
import type { CompileOptions } from './compile.ts';
import { textProblem } from './parameters.ts';
import { patternProblem } from './patterns.ts';
import type { DocumentPath, Report } from './problem.ts';
import type { Parts } from './read-parts.ts';
import type { Placed } from './to-model.ts';

/** Names and issuers once each; the traps of each kind. */
export function checkIssuers(
  issuers: readonly Placed<Issuer>[],
  report: Report,
  options: CompileOptions,
): void {
  reportTwice(issuers, ({ value }) => value.name, { report, what: 'issuer name' });
  reportTwice(issuers, ({ value }) => value.issuer, { report, what: 'issuer' });
  for (const { file, path, value } of issuers) {
    const loopback = options.allowLoopback === true;
    for (const { severity, message, fix } of checkIssuerConfig(value, { allowLoopback: loopback })) {
      report[severity](file, path, { message: `issuer ${value.name}: ${message}`, fix });
    }
  }
}

/** Ids once each and like their files; each identity of one agent only. */
export function checkAgents(
  { agents, issuers, servers }: Parts,
  report: Report,
  options: CompileOptions,
): void {
  reportTwice(agents, ({ value }) => value.id, { report, what: 'agent' });
  for (const agent of agents) {
    checkFileName(agent, report);
    checkReview(agent, report, options);
  }
  const bound = new Map<string, string>();
  const holders = [
    ...agents.map((placed) => ({ placed, name: `agent ${placed.value.id}` })),
    ...servers.map((placed) => ({ placed, name: `resource server ${placed.value.name}` })),
  ];
  for (const { placed, name } of holders) {
    placed.value.bindings.forEach((binding, index) => {
      const at = { ...placed, path: [...basePath(placed), 'bindings', index] };
      checkIdentity({ at, name, binding }, bound, report);
      checkTraps({ at, binding }, issuers, report);
    });
  }
}

/** Resource servers introspect tasks that exist. */
export function checkServers({ servers, tasks, broken }: Parts, report: Report): void {
  reportTwice(servers, ({ value }) => value.name, { report, what: 'resource server' });
  const ids = new Set(tasks.map(({ value }) => value.id));
  for (const { file, path, value } of servers) {
    value.tasks.forEach((task, index) => {
      if (ids.has(task) || broken.tasks.includes(task)) return;
      report.error(file, [...path, 'tasks', index], {
        message: `task ${task} is not in the catalog`,
        fix: `use one of: ${[...ids].join(', ')}`,
      });
    });
  }
}

/** Ids, parameters, permissions, durations and approvals of each task. */
export function checkTasks({ tasks }: Parts, report: Report, options: CompileOptions): void {
  reportTwice(tasks, ({ value }) => value.id, { report, what: 'task' });
  for (const placed of tasks) {
    const { file, value: task } = placed;
    checkFileName(placed, report);
    for (const [name, spec] of Object.entries(task.parameters)) {
      const problem = name === ACCOUNT_PLACEHOLDER ? TAKEN : specProblem(spec);
      if (problem)
        report.error(file, ['parameters', name], { ...problem, message: `${name} ${problem.message}` });
    }
    for (const problem of checkTaskPermissions(task)) report.error(file, ['permissions'], problem);
    checkTaskBudget(placed, report);
    for (const { path, ...problem } of ruleProblems(task, options)) report.error(file, path, problem);
  }
}

function ruleProblems(
  task: Task,
  { prefix = 'remit' }: CompileOptions,
): { path: DocumentPath; message: string; fix: string }[] {
  const problems: { path: DocumentPath; message: string; fix: string }[] = [];
  if (!fitsRoleName(prefix, task.id)) {
    const message = 'its role would have a name that IAM does not take';
    problems.push({ path: ['task'], message, fix: 'shorten the task id or the prefix' });
  }
  if (task.maxDurationSeconds < task.leaseSeconds) {
    const message = 'maxDuration is shorter than one lease';
    problems.push({ path: ['maxDuration'], message, fix: 'make it as long as the lease, or longer' });
  }
  problems.push(...approvalProblems(task));
  return problems;
}

function approvalProblems({ approval }: Task): { path: DocumentPath; message: string; fix: string }[] {
  const { breakGlass, approvers, escalateTo } = approval;
  if (breakGlass !== undefined && approvers.includes(breakGlass)) {
    const message = `the group ${breakGlass} approves alone and as one of a quorum`;
    const fix = 'name a group of its own under breakGlass';
    return [{ path: ['approval', 'breakGlass'], message, fix }];
  }
  if (escalateTo.length > 0 && approvers.length === 0) {
    const fix = 'name approvers, or take escalateTo out';
    return [
      { path: ['approval', 'escalateTo'], message: 'there is nothing to escalate: nobody approves', fix },
    ];
  }
  return [];
}

function fitsRoleName(prefix: string, id: string): boolean {
  try {
    return taskRoleName(prefix, id) !== '';
  } catch {
    return false;
  }
}

const TAKEN = {
  message: 'is what {account} stands for already, the account of the task',
  fix: 'give the parameter another name',
};

function specProblem(spec: ParameterSpec): { message: string; fix: string } | undefined {
  if (spec.type === 'integer') {
    const safe = Number.isSafeInteger(spec.min) && Number.isSafeInteger(spec.max) && spec.min <= spec.max;
    return safe ? undefined : { message: 'has no value between min and max', fix: 'make min at most max' };
  }
  if (spec.type === 'enum') {
    const bad = spec.values.find((value) => textProblem(value, { path: false }) !== undefined);
    if (bad === undefined) return undefined;
    return { message: `has the value "${bad}", which no request may carry`, fix: 'use plain characters' };
  }
  if (spec.type !== 'string') return undefined;
  const problem = patternProblem(spec.pattern, longestValue(spec));
  if (problem === undefined) return undefined;
  const fix =
    'let parts that repeat end at a character they do not hold, or give a maxLength; anchors are not needed';
  return { message: `pattern ${problem}`, fix };
}

function checkIdentity(
  { at, name, binding }: { at: Placed<unknown>; name: string; binding: Binding },
  bound: Map<string, string>,
  report: Report,
): void {
  const key = JSON.stringify([binding.issuer, binding.subject]);
  const other = bound.get(key);
  bound.set(key, name);
  if (other === undefined) return;
  report.error(at.file, at.path, {
    message: `identity ${binding.subject} belongs to ${other} already`,
    fix: 'one identity is one agent, whatever its claims: give each agent a role of its own',
  });
}

function checkTraps(
  { at, binding }: { at: Placed<unknown>; binding: Binding },
  issuers: readonly Placed<Issuer>[],
  report: Report,
): void {
  const issuer = issuers.find(({ value }) => value.issuer === binding.issuer)?.value;
  if (issuer === undefined) return;
  for (const { severity, message, fix } of checkBinding(issuer, binding)) {
    report[severity](at.file, at.path, { message, fix });
  }
}

function checkReview({ file, value: agent }: Placed<Agent>, report: Report, { today }: CompileOptions): void {
  const { id, reviewBy } = agent;
  if (today === undefined || reviewBy === undefined) return;
  if (reviewBy < today) {
    report.warning(file, ['reviewBy'], {
      message: `the review of ${id} is overdue: it gets no new grants unless a review was confirmed since`,
      fix: `review it (remit reviews show ${id}, the console); whoever merges another date here answers for the review`,
    });
  }
  const last = reviewDate(new Date(`${today}T00:00:00Z`));
  if (reviewBy <= last) return;
  report.warning(file, ['reviewBy'], {
    message: `the review of ${id} is more than ${REVIEW_DAYS} days ahead: the registry takes ${last} for a deployment today`,
    fix: `write ${last} or earlier, or leave reviewBy out`,
  });
}

function checkFileName({ file, path, value }: Placed<{ id: string }>, report: Report): void {
  const expected = `${value.id}.yaml`;
  if (file.path.endsWith(`/${expected}`)) return;
  report.error(file, path, {
    message: `${value.id} stands in another file's name`,
    fix: `name the file ${expected}`,
  });
}

function reportTwice<Value>(
  placed: readonly Placed<Value>[],
  keyOf: (each: Placed<Value>) => string,
  { report, what }: { readonly report: Report; readonly what: string },
): void {
  const seen = new Map<string, string>();
  for (const each of placed) {
    const key = keyOf(each);
    const first = seen.get(key);
    seen.set(key, each.file.path);
    if (first === undefined) continue;
    report.error(each.file, each.path, {
      message: `${what} ${key} stands in ${first} too`,
      fix: 'keep one of them',
    });
  }
}

/** Agents' files are one agent each; resource servers stand in a list. */
function basePath({ path }: Placed<unknown>): DocumentPath {
  return path[0] === 'agent' ? [] : path;
}
