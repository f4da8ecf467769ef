// Compiles the files of a catalog into the one value that everything runs on, or says all that is wrong with them.
// With any error there is no catalog: nothing is granted under half of one.

import type { Agent, Catalog, Issuer, ResourceServer, Task } from '../model.ts';
import { digestOf } from '../record/digest.ts';
import { checkPolicies, concerns, type PlacedPolicy, readPolicies } from './cedar-policies.ts';
import { checkAgents, checkIssuers, checkServers, checkTasks } from './cross-checks.ts';
import { agentFile, groupsFile, issuersFile, resourceServersFile, taskFile } from './file-schemas.ts';
import { parseFile } from './parse-file.ts';
import { type CatalogFile, createReport, type Problem, type Report } from './problem.ts';
import { type Placed, toAgent, toIssuer, toServer, toTask } from './to-model.ts';

/** How a catalog is compiled. */
export interface CompileOptions {
  /** First part of the task roles' names; `remit` unless told. */
  readonly prefix?: string;
  /** Lets issuers on http://localhost stand; local mode only. */
  readonly allowLoopback?: boolean;
}

/** A catalog when nothing is wrong, and everything that was found. */
export interface Compiled {
  readonly catalog?: Catalog;
  readonly problems: readonly Problem[];
}

interface Parts {
  readonly issuers: readonly Placed<Issuer>[];
  readonly agents: readonly Placed<Agent>[];
  readonly tasks: readonly Placed<Task>[];
  readonly servers: readonly Placed<ResourceServer>[];
  readonly policies: readonly PlacedPolicy[];
  readonly runtimeAssignableGroups: readonly string[];
}

/** Runs every rule over the files of one catalog. */
export function compileCatalog(files: readonly CatalogFile[], options: CompileOptions = {}): Compiled {
  const report = createReport();
  for (const file of files) report.problems.push(...(file.problems ?? []));
  const parts = readParts(
    files.filter((file) => file.problems === undefined || file.problems.length === 0),
    report,
  );
  const tasks = new Set(parts.tasks.map(({ file }) => file.path));
  const brokenTasks = files
    .filter(({ path }) => TASKS.test(path) && !tasks.has(path))
    .map(({ path }) => path.replace(/^tasks\/|\.yaml$/g, ''));
  checkParts({ ...parts, brokenTasks }, report, options);
  const problems = inOrder(report.problems);
  if (problems.some((problem) => problem.severity === 'error')) return { problems };
  return { catalog: assemble(parts), problems };
}

function readParts(files: readonly CatalogFile[], report: Report): Parts {
  const at = (pattern: RegExp) => files.filter((file) => pattern.test(file.path));
  const issuersAt = at(/^issuers\.yaml$/);
  if (issuersAt.length === 0) {
    const problem = {
      message: 'is missing: without issuers nobody can be verified',
      fix: 'write issuers.yaml',
    };
    report.error({ path: 'issuers.yaml', data: '' }, [], problem);
  }
  for (const file of files) {
    if (KNOWN.test(file.path)) continue;
    report.error(file, [], {
      message: 'is not a file of a catalog',
      fix: 'see docs/catalog.md for what goes where',
    });
  }
  const issuers = issuersAt.flatMap((file) =>
    (parseFile(issuersFile, file, report)?.issuers ?? []).map((entry, index) => toIssuer(file, entry, index)),
  );
  const named = new Map(issuers.map(({ value }) => [value.name, value]));
  return {
    issuers,
    agents: at(AGENTS).flatMap((file) => {
      const parsed = parseFile(agentFile, file, report);
      return parsed ? [toAgent(file, parsed, { issuers: named, report })] : [];
    }),
    tasks: at(TASKS).flatMap((file) => {
      const parsed = parseFile(taskFile, file, report);
      return parsed ? [toTask(file, parsed)] : [];
    }),
    servers: at(/^resource-servers\.yaml$/).flatMap((file) =>
      (parseFile(resourceServersFile, file, report)?.resourceServers ?? []).map((entry, index) =>
        toServer(file, { entry, index }, { issuers: named, report }),
      ),
    ),
    policies: at(POLICIES).flatMap((file) => readPolicies(file, report)),
    runtimeAssignableGroups: at(/^groups\.yaml$/).flatMap(
      (file) => parseFile(groupsFile, file, report)?.runtimeAssignable ?? [],
    ),
  };
}

const AGENTS = /^agents\/[^/]+\.yaml$/;
const TASKS = /^tasks\/[^/]+\.yaml$/;
const POLICIES = /^policies\/[^/]+\.cedar$/;
const KNOWN = new RegExp(
  ['^(issuers|resource-servers|groups)\\.yaml$', AGENTS.source, TASKS.source, POLICIES.source].join('|'),
);

function checkParts(
  parts: Parts & { readonly brokenTasks: readonly string[] },
  report: Report,
  options: CompileOptions,
): void {
  checkIssuers(parts.issuers, report, options);
  checkAgents(parts, report);
  checkServers(parts, report);
  checkTasks(parts, report, options);
  const tasks = parts.tasks.map(({ value }) => value);
  const groups = new Set([
    ...parts.agents.flatMap(({ value }) => value.groups),
    ...parts.runtimeAssignableGroups,
  ]);
  checkPolicies(parts.policies, { tasks, groups, brokenTasks: parts.brokenTasks }, report);
  for (const { file, value: task } of parts.tasks) {
    const permits = parts.policies.filter(({ json }) => json.effect === 'permit' && concerns(json, task.id));
    if (permits.length > 0 && parts.agents.some(({ value }) => value.environment === task.environment))
      continue;
    report.warning(file, ['task'], {
      message: `nobody may do ${task.id}: no policy permits it to an agent of environment ${task.environment}`,
      fix: 'write a policy for it, or take the task out',
    });
  }
}

function assemble(parts: Parts): Catalog {
  const byId = <Value extends { id: string }>(one: Value, other: Value) => (one.id < other.id ? -1 : 1);
  const content: Omit<Catalog, 'digest'> = {
    issuers: parts.issuers.map(({ value }) => value),
    agents: parts.agents.map(({ value }) => value).sort(byId),
    tasks: parts.tasks.map(({ value }) => value).sort(byId),
    policies: parts.policies.map(({ source }) => source).sort(byId),
    resourceServers: parts.servers.map(({ value }) => value),
    runtimeAssignableGroups: parts.runtimeAssignableGroups,
  };
  return { digest: digestOf(content), ...content };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const key = ({ severity, file, line = 0 }: Problem) =>
    `${severity} ${file} ${String(line).padStart(6, '0')}`;
  return [...problems].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
