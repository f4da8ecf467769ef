// Compiles the files of a catalog into the one value that everything runs on, or says all that is wrong with them.
// With any error there is no catalog: nothing is granted under half of one.

import type { Catalog } from '../model.ts';
import { digestOf } from '../record/digest.ts';
import { checkAgents, checkIssuers, checkServers, checkTasks } from './cross-checks.ts';
import { checkOwners } from './owners.ts';
import { checkPolicies, type Known } from './policy-checks.ts';
import { type CatalogFile, createReport, type Problem } from './problem.ts';
import { checkReach } from './reach.ts';
import { type Parts, readParts } from './read-parts.ts';

/** How a catalog is compiled. */
export interface CompileOptions {
  /** First part of the task roles' names; `remit` unless told. */
  readonly prefix?: string;
  /** Lets issuers on http://localhost stand; local mode only. */
  readonly allowLoopback?: boolean;
  /** Exact issuer of the people's identity provider; without it nothing is said about owners. */
  readonly peopleIssuer?: string | undefined;
  /** The day of the check (YYYY-MM-DD); without it nothing is said about dates. */
  readonly today?: string;
}

/** A catalog when nothing is wrong, and everything that was found. */
export interface Compiled {
  readonly catalog?: Catalog;
  readonly problems: readonly Problem[];
}

/** Runs every rule over the files of one catalog. */
export function compileCatalog(files: readonly CatalogFile[], options: CompileOptions = {}): Compiled {
  const report = createReport();
  for (const file of files) report.problems.push(...(file.problems ?? []));
  const parts = readParts(files, report);
  checkIssuers(parts.issuers, report, options);
  checkAgents(parts, report, options);
  checkOwners(parts, report, options.peopleIssuer);
  checkServers(parts, report);
  checkTasks(parts, report, options);
  checkPolicies(parts.policies, knownOf(parts), report);
  checkReach(parts, report);
  const problems = inOrder(report.problems);
  if (problems.some((problem) => problem.severity === 'error')) return { problems };
  return { catalog: assemble(parts), problems };
}

function knownOf({ tasks, agents, runtimeAssignableGroups, broken }: Parts): Known {
  const values = agents.map(({ value }) => value);
  const places = [...values, ...tasks.map(({ value }) => value)].map(({ environment }) => environment);
  const groups = [...values.flatMap((agent) => agent.groups), ...runtimeAssignableGroups];
  return {
    tasks: tasks.map(({ value }) => value),
    groups: broken.agents || broken.groups ? undefined : new Set(groups),
    agents: broken.agents ? undefined : new Set(values.map(({ id }) => id)),
    environments: broken.agents || broken.tasks.length > 0 ? undefined : new Set(places),
    assignable: new Set(runtimeAssignableGroups),
    brokenTasks: broken.tasks,
  };
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
