// Which key? Two with one id, or several and no id: trying one after the other is how confusion starts.

import { expect, test } from 'vitest';
import { type Scene, setScene } from '../support/attack.ts';
import { makeKey, memoryKeys } from '../support/issuer.ts';
import { refusalOf } from '../support/requests.ts';

const withSet = (scene: Scene, keys: readonly object[]) => ({ keys: memoryKeys(scene.config, { keys }) });

test('[KEYS-10] two keys with one id are nobody', async () => {
  const scene = await setScene();
  const [own] = scene.keySet.keys;
  const other = { ...makeKey('ES256').jwk, kid: own?.['kid'] };
  for (const keys of [
    [{ ...own }, other],
    [other, { ...own }],
  ]) {
    const refusal = await refusalOf(scene.verify(await scene.sign(), withSet(scene, keys)));
    expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'key' });
  }
});

test('[KEYS-10] no id and several keys is nobody, no id and one key is that key', async () => {
  const scene = await setScene();
  const token = await scene.sign({}, { kid: undefined });
  const own = { ...scene.keySet.keys[0] };
  await scene.verify(token, withSet(scene, [own, makeKey('ES384').jwk]));
  const refusal = await refusalOf(scene.verify(token, withSet(scene, [own, makeKey('ES256').jwk])));
  expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'key' });
});

test('[KEYS-10] a key without an id does not answer for one', async () => {
  const scene = await setScene();
  const { kid: _, ...own } = { ...scene.keySet.keys[0] } as Record<string, unknown>;
  const refusal = await refusalOf(scene.verify(await scene.sign(), withSet(scene, [own])));
  expect(refusal).toMatchObject({ code: 'assertion_rejected', detail: 'key' });
  await scene.verify(await scene.sign({}, { kid: undefined }), withSet(scene, [own]));
});
