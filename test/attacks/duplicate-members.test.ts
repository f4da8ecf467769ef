// Two readers of one token see two values: the last `sub` here, the first one elsewhere.

import { test } from 'vitest';
import { type Scene, setScene } from '../support/attack.ts';

/** The valid claims with this text put in front of the closing brace. */
function claimsWith(scene: Scene, more: string): string {
  return `${JSON.stringify(scene.claims()).slice(0, -1)},${more}}`;
}

test.each([
  '"sub":"billing"',
  '"sub":"admin"',
  String.raw`"\u0073ub":"admin"`,
  String.raw`"s\u0075b":"admin"`,
  '"deep":{"a":1,"b":{"c":1,"c":2}}',
  '"deep":[[{"a":1},{"a":1,"a":1}]]',
  '"":1,"":2',
])('[VERIFY-8] claims with %s are refused', async (more) => {
  const scene = await setScene();
  await scene.expectRefused(scene.signRaw(claimsWith(scene, more)), 'json duplicate member');
});

test('[VERIFY-8] a header with two algorithms is refused', async () => {
  const scene = await setScene();
  const kid = scene.keySet.keys[0]?.['kid'];
  const header = `{"alg":"none","kid":"${kid}","typ":"JWT","alg":"ES256"}`;
  await scene.expectRefused(scene.signRaw(JSON.stringify(scene.claims()), header), 'json duplicate member');
});

test.each([
  '"a":{"x":1},"b":{"x":1}',
  '"list":["x","x",{"x":1},{"x":1}]',
  String.raw`"text":"{\"sub\":1,\"sub\":2}"`,
  String.raw`"back\\slash":"\\\",\"sub\":\""`,
])('[VERIFY-8] equal names in different places are not duplicates: %s', async (more) => {
  const scene = await setScene();
  await scene.verify(scene.signRaw(claimsWith(scene, more)));
});
