// Checks of catalogs: the one that is in force, and the check itself against catalogs that must not pass it.

import { compileCatalog } from '../catalog/compile.ts';
import type { CatalogFile } from '../catalog/problem.ts';
import { claimsHold } from '../verify/claims.ts';
import { BAD_CATALOGS, type BadCatalog, SOUND } from './bad-catalogs.ts';
import { type Check, fail, notObserved, pass, passUnless } from './check.ts';

/** AWS takes no less than 15 minutes from others; a lease of ours ends by then at the latest. */
const LONGEST_LEASE_SECONDS = 900;
const LONGEST_ASSERTION_SECONDS = 86_400;

export const catalogCheck: Check = {
  id: 'catalog-check',
  shows: 'The catalog passes every rule: exact identities, audiences, no wildcard, policies type-checked.',
  command: 'remit catalog check',
  unobserved: 'fails',
  async observe({ catalogFiles, questions }) {
    if (catalogFiles === undefined)
      return notObserved('there is no catalog in this directory: give --catalog');
    const { catalog, problems } = compileCatalog(catalogFiles, {
      today: questions.clock().toISOString().slice(0, 10),
      prefix: questions.place.prefix,
    });
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (catalog !== undefined) return pass(`${problems.length} warning(s), no error; ${catalog.digest}`);
    return passUnless(
      errors.map(({ file, message }) => `${file}: ${message}`),
      'no error',
    );
  },
};

/** The rules that refuse; handed in, so that a test can show that this check notices when they are gone. */
export function refusesBadCatalogs(compile: typeof compileCatalog): Check {
  return {
    id: 'bad-catalogs',
    shows: 'The check of the catalog refuses the traps that others fell into, each for its own reason.',
    command: 'npx vitest run test/core/report -t bad-catalogs',
    unobserved: 'fails',
    async observe() {
      if (compile(SOUND).catalog === undefined)
        return fail('the check refuses the catalog that they all differ from');
      const passed = BAD_CATALOGS.filter((each) => !isRefused(compile, each));
      return passUnless(
        passed.map(({ trap }) => `not refused: ${trap}`),
        `${BAD_CATALOGS.length} bad catalogs, each refused for its own reason`,
      );
    },
  };
}

function isRefused(compile: typeof compileCatalog, { path, data, says }: BadCatalog): boolean {
  const files: CatalogFile[] = SOUND.map((file) =>
    file.path === path ? { path, data: withoutUndefined(data) } : file,
  );
  const { catalog, problems } = compile(files);
  return (
    catalog === undefined &&
    problems.some(
      ({ severity, file, message }) => severity === 'error' && file === path && says.test(message),
    )
  );
}

/** As a file would have it. */
function withoutUndefined(data: unknown): unknown {
  return typeof data === 'string' ? data : JSON.parse(JSON.stringify(data));
}

export const badCatalogs = refusesBadCatalogs(compileCatalog);

export const shortLives: Check = {
  id: 'short-lives',
  shows:
    'Every lease ends within 15 minutes, every accepted assertion within a day, and no algorithm is a shared secret.',
  command: "grep -rnE '^lease:|maxLifetime:|algorithms:' catalog",
  unobserved: 'fails',
  async observe({ questions }) {
    const { tasks, issuers } = questions.catalog;
    return passUnless(
      [
        ...tasks
          .filter(({ leaseSeconds }) => !(leaseSeconds <= LONGEST_LEASE_SECONDS))
          .map(({ id }) => `${id}: its lease is longer`),
        ...issuers
          .filter(({ maxLifetimeSeconds }) => !(maxLifetimeSeconds <= LONGEST_ASSERTION_SECONDS))
          .map(({ name }) => `${name}: its assertions may live longer`),
        ...issuers
          .filter(({ algorithms }) =>
            algorithms.some((each) => !/^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/.test(each)),
          )
          .map(({ name }) => `${name}: takes an algorithm that is no public-key signature`),
      ],
      `${tasks.length} tasks, the longest lease ${Math.max(0, ...tasks.map(({ leaseSeconds }) => leaseSeconds))} s; ${issuers.length} issuers`,
    );
  },
};

export const peopleDecide: Check = {
  id: 'people-decide',
  shows: 'Where people decide, the task names who; its agent’s owner alone never suffices.',
  command: "grep -rnA6 '^approval:' catalog/tasks; remit ask approved",
  unobserved: 'noted',
  async observe({ questions }) {
    const decided = questions.catalog.tasks.filter(
      ({ approval }) => approval.required || approval.approvers.length > 0,
    );
    if (decided.length === 0) return notObserved('the catalog has no task that people decide on');
    return passUnless(
      decided.flatMap(({ id, approval }) => [
        ...(approval.approvers.length === 0 ? [`${id} names nobody`] : []),
        ...(approval.ownerMayApprove && approval.quorum < 2 ? [`${id}: the owner can approve alone`] : []),
        ...(approval.quorum < 1 ? [`${id}: nobody has to agree`] : []),
      ]),
      `${decided.length} task(s) with named approvers`,
    );
  },
};

export const pinnedClaims: Check = {
  id: 'pinned-claims',
  shows: 'Identities of shared platforms are pinned by claims that names alone do not give away.',
  command: "grep -A4 'claims:' catalog/agents/*.yaml",
  unobserved: 'noted',
  async observe({ questions }) {
    const { agents, issuers } = questions.catalog;
    const shared = new Set(issuers.filter(({ kind }) => SHARED.has(kind)).map(({ issuer }) => issuer));
    const bindings = agents.flatMap(({ id, bindings: own }) =>
      own.filter(({ issuer }) => shared.has(issuer)).map((binding) => ({ id, binding })),
    );
    if (bindings.length === 0) return notObserved('no agent comes from a platform that others share');
    return passUnless(
      bindings
        .filter(({ binding }) => Object.keys(binding.claims ?? {}).length === 0)
        .map(({ id, binding }) => `${id}: ${binding.subject} is pinned by its name alone`),
      `${bindings.length} identities, each with exact claims beside its name`,
    );
  },
};

/** `holds` is handed in, so that a test can show one that looks at nothing. */
export function refusesChangedClaims(holds: typeof claimsHold): Check {
  return {
    id: 'changed-claims',
    shows:
      'A workload whose pinned claims changed, such as its workflow or image, is not the agent any more.',
    command: "grep -rnA4 'claims:' catalog/agents; npx vitest run test/core/verify/claims.test.ts",
    unobserved: 'noted',
    async observe({ questions: { catalog } }) {
      const pinned = catalog.agents.flatMap(({ id, bindings }) =>
        bindings.flatMap(({ claims = {} }) => (Object.keys(claims).length > 0 ? [{ id, claims }] : [])),
      );
      if (pinned.length === 0) return notObserved('the catalog pins no claim of any identity');
      const found = pinned.flatMap(({ id, claims }) => [
        ...(holds({ claims }, claims) ? [] : [`${id}: its own claims are refused`]),
        ...Object.keys(claims).flatMap((name) => {
          const { [name]: value, ...others } = claims;
          const isHeld =
            holds({ claims: { ...others, [name]: `${value}0` } }, claims) ||
            holds({ claims: others }, claims);
          return isHeld ? [`${id}: another ${name} is let through`] : [];
        }),
      ]);
      const count = pinned.reduce((sum, { claims }) => sum + Object.keys(claims).length, 0);
      return passUnless(found, `${count} pinned claims: each changed, and each left out, is refused`);
    },
  };
}

export const changedClaims = refusesChangedClaims(claimsHold);

/** Kinds whose one issuer attests the workloads of everybody, or whose names are given again. */
const SHARED = new Set<string>(['github', 'gitlab', 'kubernetes']);
