// The files of a catalog, each against its schema and in its place. What cannot be read is told and remembered, so
// that the checks after it do not tell the same again.

import type { Agent, Issuer, ResourceServer, Task } from '../model.ts';
import { type PlacedPolicy, readPolicies } from './cedar-policies.ts';
import { agentFile, groupsFile, issuersFile, resourceServersFile, taskFile } from './file-schemas.ts';
import { parseFile } from './parse-file.ts';
import type { CatalogFile, Report } from './problem.ts';
import { type Placed, toAgent, toIssuer, toServer, toTask } from './to-model.ts';

/** What could be read of a catalog, each with its place. */
export interface Parts {
  readonly issuers: readonly Placed<Issuer>[];
  readonly agents: readonly Placed<Agent>[];
  readonly tasks: readonly Placed<Task>[];
  readonly servers: readonly Placed<ResourceServer>[];
  readonly policies: readonly PlacedPolicy[];
  readonly runtimeAssignableGroups: readonly string[];
  readonly broken: Broken;
}

/** Of which kinds some file could not be read. */
export interface Broken {
  readonly agents: boolean;
  readonly policies: boolean;
  readonly groups: boolean;
  /** Ids by their files' names. */
  readonly tasks: readonly string[];
}

const KINDS = {
  issuers: /^issuers\.yaml$/,
  agents: /^agents\/[^/]+\.yaml$/,
  tasks: /^tasks\/[^/]+\.yaml$/,
  policies: /^policies\/[^/]+\.cedar$/,
  servers: /^resource-servers\.yaml$/,
  groups: /^groups\.yaml$/,
};

/** Reads every file; unknown ones and a missing issuers.yaml are errors. */
export function readParts(files: readonly CatalogFile[], report: Report): Parts {
  const at = (kind: keyof typeof KINDS) =>
    files.filter((file) => !hasProblems(file) && KINDS[kind].test(file.path));
  checkPlaces(files, report);
  const issuers = at('issuers').flatMap((file) =>
    (parseFile(issuersFile, file, report)?.issuers ?? []).map((entry, index) => toIssuer(file, entry, index)),
  );
  const names = { issuers: new Map(issuers.map(({ value }) => [value.name, value])), report };
  const agents = at('agents').flatMap((file) => {
    const parsed = parseFile(agentFile, file, report);
    return parsed ? [toAgent(file, parsed, names)] : [];
  });
  const tasks = at('tasks').flatMap((file) => {
    const parsed = parseFile(taskFile, file, report);
    return parsed ? [toTask(file, parsed)] : [];
  });
  const servers = at('servers').flatMap((file) =>
    (parseFile(resourceServersFile, file, report)?.resourceServers ?? []).map((entry, index) =>
      toServer(file, { entry, index }, names),
    ),
  );
  const policies = at('policies').flatMap((file) => readPolicies(file, report));
  const groups = at('groups').map((file) => parseFile(groupsFile, file, report));
  const runtimeAssignableGroups = groups.flatMap((parsed) => parsed?.runtimeAssignable ?? []);
  const broken = brokenOf(files, [...agents, ...tasks], report);
  return { issuers, agents, tasks, servers, policies, runtimeAssignableGroups, broken };
}

function checkPlaces(files: readonly CatalogFile[], report: Report): void {
  if (!files.some(({ path }) => KINDS.issuers.test(path))) {
    const message = 'is missing: without issuers nobody can be verified';
    report.error({ path: 'issuers.yaml', data: '' }, [], { message, fix: 'write issuers.yaml' });
  }
  for (const file of files) {
    if (hasProblems(file) || Object.values(KINDS).some((kind) => kind.test(file.path))) continue;
    const fix = 'see docs/catalog.md for what goes where';
    report.error(file, [], { message: 'is not a file of a catalog', fix });
  }
}

function brokenOf(files: readonly CatalogFile[], read: readonly Placed<unknown>[], report: Report): Broken {
  const whole = new Set(read.map(({ file }) => file.path));
  const wrong = new Set(report.problems.map(({ file }) => file));
  const unread = (kind: RegExp) =>
    files.map(({ path }) => path).filter((path) => kind.test(path) && !whole.has(path));
  return {
    agents: unread(KINDS.agents).length > 0,
    tasks: unread(KINDS.tasks).map((path) => path.replace(/^tasks\/|\.yaml$/g, '')),
    policies: unread(KINDS.policies).some((path) => wrong.has(path)),
    groups: unread(KINDS.groups).some((path) => wrong.has(path)),
  };
}

function hasProblems({ problems = [] }: CatalogFile): boolean {
  return problems.length > 0;
}
