// Every check can fail: for each there is a world in which it does. A check that is missing here is not one.

import { expect, test } from 'vitest';
import { takeBudget } from '../../../src/core/budget/take.ts';
import { compileCatalog } from '../../../src/core/catalog/compile.ts';
import { budgetsHold } from '../../../src/core/report/budget-checks.ts';
import { refusesBadCatalogs, refusesChangedClaims } from '../../../src/core/report/catalog-checks.ts';
import type { Check, ReportPorts } from '../../../src/core/report/check.ts';
import { FRAMEWORKS } from '../../../src/core/report/frameworks.ts';
import { isolatesEnvironments } from '../../../src/core/report/policy-checks.ts';
import { claimsHold } from '../../../src/core/verify/claims.ts';
import { sampleAgent } from '../../support/catalog.ts';
import { NOW } from '../../support/grant.ts';
import { ISSUER } from '../../support/questions.ts';
import { FAULTS } from '../../support/report-faults.ts';
import { withTasks, worldCatalog, worldOf } from '../../support/report-world.ts';

const CHECKS = new Map(
  FRAMEWORKS.flatMap(({ controls }) => controls.flatMap(({ checks }) => checks)).map((each) => [
    each.id,
    each,
  ]),
);
/** What is told as not observed in every world: they never pass either. */
const NEVER = ['monitor'];

const worlds = Object.entries(FAULTS).flatMap(([id, faults]) =>
  faults.map((fault, number) => [id, number + 1, fault] as const),
);

test.each(worlds)('[REPORT-2] %s fails (fault %i)', async (id, _, fault) => {
  const ports = worldOf(typeof fault === 'function' ? await fault() : fault);
  const seen = await (CHECKS.get(id) as Check).observe(ports);
  expect(seen.outcome, seen.says).toBe('fail');
});

test('[REPORT-2] bad-catalogs, changed-claims, environments and budgets-hold fail where the rules are gone', async () => {
  const lenient = refusesBadCatalogs((files, options) => compileCatalog(files.slice(0, 0), options));
  expect((await lenient.observe(worldOf())).outcome).toBe('fail');
  const sound = compileCatalog([]);
  const catalog = worldCatalog();
  const blind = refusesBadCatalogs(() => ({ ...sound, catalog, problems: [] }));
  expect((await blind.observe(worldOf())).says).toContain('not refused');
  const pinned = {
    ...sampleAgent(ISSUER),
    bindings: [{ issuer: 'x', subject: 'y', claims: { workflow: 'a' } }],
  };
  const pinning = worldOf({ catalog: worldCatalog({ agents: [pinned] }) });
  expect((await refusesChangedClaims(claimsHold).observe(pinning)).outcome).toBe('pass');
  expect((await refusesChangedClaims(() => true).observe(pinning)).says).toContain('another workflow');
  expect((await refusesChangedClaims(() => false).observe(pinning)).says).toContain('its own claims');
  const open = isolatesEnvironments(() => ({ outcome: 'allowed', policies: [] }));
  expect((await open.observe(worldOf())).outcome).toBe('fail');
  const budget = { concurrent: 2, perHour: 3, perDay: { amount: 10 } };
  const world = worldOf({ catalog: withTasks({ budget }) });
  expect((await budgetsHold(takeBudget).observe(world)).outcome).toBe('pass');
  const endless = budgetsHold((state) => ({ kind: 'taken', next: state }));
  expect((await endless.observe(world)).says).toContain('more than');
  const stingy = budgetsHold(() => ({ kind: 'short', shortages: [] }));
  expect((await stingy.observe(world)).says).toContain('less than');
});

test('[REPORT-2] every check of every framework has a fault, or is never passed', () => {
  const covered = [
    ...Object.keys(FAULTS),
    'bad-catalogs',
    'changed-claims',
    'environments',
    'budgets-hold',
    ...NEVER,
  ];
  expect([...CHECKS.keys()].sort()).toEqual(covered.sort());
});

test.each(NEVER)('[REPORT-3] %s is never told as passed', async (id) => {
  expect((await (CHECKS.get(id) as Check).observe(worldOf())).outcome).toBe('not-observed');
});

test('[REPORT-3] what is not there is told as not observed', async () => {
  const full = worldOf({ catalog: worldCatalog({ agents: [], tasks: [] }), agents: [] });
  const { probes: _, stack: __, ...bare } = full;
  const ports: ReportPorts = {
    ...bare,
    broker: { url: 'http://localhost:1', send: async () => ({ status: 404, body: {} }) },
  };
  const outcomes = new Map<string, string>();
  for (const check of CHECKS.values()) outcomes.set(check.id, (await check.observe(ports)).outcome);
  const passed = [...outcomes].filter(([, outcome]) => outcome === 'pass').map(([id]) => id);
  // nothing is there to be wrong, and that can be seen
  expect(passed.sort()).toEqual(['bad-catalogs', 'orphans', 'overrunning', 'short-lives']);
  expect(NOW.getTime()).toBeGreaterThan(0);
});
