// The states of an agent and the moves between them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIFE_ACTS, mayHoldLeases, nextStatus } from '../../../src/core/lifecycle/life.ts';
import type { AgentStatus } from '../../../src/core/model.ts';

const acts = fc.array(fc.constantFrom(...LIFE_ACTS), { maxLength: 30 });
function walk(steps: readonly (typeof LIFE_ACTS)[number][]): AgentStatus[] {
  const path: AgentStatus[] = ['proposed'];
  for (const act of steps) {
    const now = path.at(-1) ?? 'proposed';
    const next = nextStatus(now, act);
    path.push(next === undefined || next === 'already' ? now : next);
  }
  return path;
}

test('[LIFE-1] every walk takes only the moves of the picture', () => {
  const allowed = new Set([
    'proposed>active',
    'active>suspended',
    'suspended>active',
    'proposed>retired',
    'active>retired',
    'suspended>retired',
  ]);
  fc.assert(
    fc.property(acts, (steps) => {
      const path = walk(steps);
      for (const [at, status] of path.slice(1).entries())
        if (status !== path[at]) expect(allowed).toContain(`${path[at]}>${status}`);
    }),
  );
});

test('[LIFE-1] nothing leads out of retirement', () => {
  fc.assert(
    fc.property(acts, acts, (before, after) => {
      expect(walk([...before, 'retire', ...after]).at(-1)).toBe('retired');
    }),
  );
});

test('[LIFE-1] an act done twice is an act done once', () => {
  fc.assert(
    fc.property(acts, fc.constantFrom(...LIFE_ACTS), (before, act) => {
      expect(walk([...before, act, act]).at(-1)).toBe(walk([...before, act]).at(-1));
    }),
  );
});

test('only an active agent may hold leases', () => {
  const statuses: readonly AgentStatus[] = ['proposed', 'active', 'suspended', 'retired'];
  expect(statuses.filter(mayHoldLeases)).toEqual(['active']);
});
