// For random tasks and values: no value reaches past its template, the ceiling allows all that a lease allows, and
// nothing outside the template.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateParameters } from '../../../src/core/catalog/parameters.ts';
import { checkTaskPermissions } from '../../../src/core/iam/check.ts';
import type { Parameters, Task } from '../../../src/core/model.ts';
import { sampleTask } from '../../support/catalog.ts';
import { tryWithCeiling, tryWithLease, tryWithOpenResource } from '../../support/iam.ts';

const RUNS = 400;
/** Parts of a resource: fixed text, a placeholder, or both in one segment. */
const segment = fc.constantFrom('data', 'a-{p}', '{p}', '{q}', '{p}.json', 'x{q}y', 'reports');
const resource = fc
  .record({
    bucket: fc.constantFrom('acme', 'acme-{p}'),
    segments: fc.array(segment, { minLength: 1, maxLength: 4 }),
    open: fc.boolean(),
  })
  .map(({ bucket, segments, open }) => `arn:aws:s3:::${bucket}/${segments.join('/')}${open ? '/*' : ''}`);

const anyText: Task['parameters'][string] = { type: 'string', pattern: '[^]*', maxLength: 40 };
const anyPath: Task['parameters'][string] = { ...anyText, path: true };

const randomTask = fc
  .record({
    resources: fc.uniqueArray(resource, { minLength: 1, maxLength: 2 }),
    second: fc.option(resource),
    paths: fc.boolean(),
  })
  .map(({ resources, second, paths }) =>
    sampleTask({
      parameters: { p: anyText, q: paths ? anyPath : anyText },
      permissions: [
        { actions: ['s3:GetObject'], resources },
        ...(second === null ? [] : [{ actions: ['s3:PutObject'], resources: [second] }]),
      ],
    }),
  );

/** What somebody hostile would send. */
const hostile = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', '*', '?', '/', '.', '$', '{', '}', ':', '-', 'p'), maxLength: 8 }),
  fc.constantFrom(
    'a',
    'ab',
    'a*',
    '*',
    '../a',
    'a/../b',
    'a/b',
    '{q}',
    '$' + '{aws:userid}',
    'reports',
    'data',
  ),
);

/** The values if the broker takes them. */
function accepted(task: Task, raw: Record<string, string>): Parameters | undefined {
  try {
    return validateParameters(task, raw);
  } catch {
    return undefined;
  }
}

/** What a template means with these values, worked out without IAM's matching. */
function meant(template: string, values: Parameters): (resource: string) => boolean {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  if (!filled.endsWith('/*')) return (resource) => resource === filled;
  const prefix = filled.slice(0, -1);
  return (resource) => resource.startsWith(prefix);
}

describe('random tasks and values', () => {
  test('[IAM-1] no value reaches past what its template means', () => {
    let allowed = 0;
    fc.assert(
      fc.property(randomTask, hostile, hostile, hostile, fc.boolean(), (task, p, q, other, write) => {
        const values = accepted(task, { p, q });
        fc.pre(values !== undefined && checkTaskPermissions(task).length === 0);
        if (values === undefined) return;
        const action = write ? 's3:PutObject' : 's3:GetObject';
        const templates = task.permissions
          .filter(({ actions }) => actions.includes(action))
          .flatMap(({ resources }) => resources);
        for (const each of reachable(task, { p: other, q: other }, values)) {
          const inside = templates.some((template) => meant(template, values)(each));
          const call = { action, resource: each };
          const lease = tryWithLease(task, values, call).allowed;
          if (lease) allowed += 1;
          expect(lease).toBe(inside);
          if (!inside) expect(tryWithOpenResource(task, values, call).allowed).toBe(false);
        }
      }),
      { numRuns: RUNS },
    );
    // a property about nothing would hold as well
    expect(allowed).toBeGreaterThan(RUNS / 4);
  });

  test('[IAM-2] the ceiling allows all that a lease allows, and nothing outside the template', () => {
    fc.assert(
      fc.property(randomTask, hostile, hostile, (task, p, q) => {
        const values = accepted(task, { p, q });
        fc.pre(values !== undefined && checkTaskPermissions(task).length === 0);
        if (values === undefined) return;
        for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) {
          for (const each of reachable(task, { p: 'zz', q: 'zz' }, values)) {
            const call = { action, resource: each };
            if (tryWithLease(task, values, call).allowed)
              expect(tryWithCeiling(task, call).allowed).toBe(true);
            const named = task.permissions.some(({ actions }) => actions.includes(action));
            const bucket = /^arn:aws:s3:::acme/.test(each);
            if (!named || !bucket) expect(tryWithCeiling(task, call).allowed).toBe(false);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });
});

/** Resources near the task: filled as meant, filled as somebody else would, and with more around them. */
function reachable(task: Task, others: Record<string, string>, values: Parameters): string[] {
  const fill = (template: string, by: Record<string, unknown>) =>
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(by[name])).replace(/\*$/, 'file');
  const templates = task.permissions.flatMap(({ resources }) => resources);
  return templates.flatMap((template) => {
    const own = fill(template, values);
    return [
      own,
      fill(template, others),
      `${own}x`,
      own.slice(0, -1),
      own.replace('acme', 'other'),
      `${own}/more`,
    ];
  });
}
