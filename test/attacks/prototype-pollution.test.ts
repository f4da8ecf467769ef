// Claims named like the members of every object.

import { expect, test } from 'vitest';
import { claimsHold } from '../../src/core/verify/claims.ts';
import { setScene } from '../support/attack.ts';

test.each([
  '"__proto__":{"admin":true}',
  String.raw`"\u005f_proto__":{"admin":true}`,
  '"deep":{"__proto__":{"admin":true}}',
  '"list":[{"__proto__":1}]',
])('[VERIFY-9] %s is refused', async (more) => {
  const scene = await setScene();
  const payload = `${JSON.stringify(scene.claims()).slice(0, -1)},${more}}`;
  await scene.expectRefused(scene.signRaw(payload), 'json member name');
});

test('[VERIFY-9] claims have no prototype at any depth, and cannot be changed', async () => {
  const scene = await setScene();
  const { claims } = await scene.verify(await scene.sign({ a: { b: [{ c: 1 }] } }));
  const a = claims['a'] as { b: readonly object[] };
  for (const each of [claims, a, a.b[0] ?? {}]) {
    expect(Object.getPrototypeOf(each)).toBeNull();
    expect(Object.isFrozen(each)).toBe(true);
  }
  expect(Object.isFrozen(a.b)).toBe(true);
});

test('[VERIFY-23] what every object inherits is no claim', async () => {
  const scene = await setScene();
  const workload = await scene.verify(await scene.sign({ constructor: { name: 'x' } }));
  expect(claimsHold(workload, { 'constructor.name': 'x' })).toBe(true);
  expect(claimsHold(workload, { 'sub.length': '7' })).toBe(false);
  expect(claimsHold(workload, { 'toString.name': 'toString' })).toBe(false);
});
