// An offboarding proof is altered: a name, a time, a piece of evidence, the signature or the key; or somebody signs a
// proof of their own, or puts one into the registry.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type OffboardingProof,
  proofBytes,
  verifyProof,
  writeProof,
} from '../../src/core/offboard/document.ts';
import { canonicalText } from '../../src/core/record/canonical.ts';
import { proofKey, startOffboarding } from '../support/offboard.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

async function prove() {
  const offboarding = await startOffboarding(tables);
  await offboarding.retire();
  await offboarding.ask();
  offboarding.exchange.pass(100);
  const { proof = '' } = await offboarding.ask();
  return { ...offboarding, proof, pem: await offboarding.deps.key.publicKey() };
}

type Json = null | string | number | boolean | Json[] | { [name: string]: Json };

/** Every way to change one leaf of a document, or to leave a member out. */
function* alterations(value: Json, write: (changed: Json | undefined) => Json): Generator<Json> {
  if (typeof value === 'string') yield write(`${value}x`);
  else if (typeof value === 'number') yield write(value + 1);
  else if (typeof value === 'boolean') yield write(!value);
  else if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) {
      yield* alterations(each, (changed) =>
        write(value.toSpliced(at, 1, ...(changed === undefined ? [] : [changed]))),
      );
      yield write(value.toSpliced(at, 1));
    }
  } else if (value !== null) {
    for (const [name, each] of Object.entries(value)) {
      const { [name]: _, ...others } = value;
      yield* alterations(each, (changed) =>
        write(changed === undefined ? others : { ...others, [name]: changed }),
      );
      yield write(others);
    }
  }
}

test('[OFF-10] each altered or missing member of a proof is noticed, and each other spelling', async () => {
  const { proof, pem } = await prove();
  const whole = JSON.parse(proof) as Json;
  let tried = 0;
  for (const altered of alterations(whole, (changed) => changed ?? null)) {
    const text = canonicalText(altered);
    if (text === proof) continue;
    tried += 1;
    expect([text, verifyProof(text, pem).isValid]).toEqual([text, false]);
    expect(verifyProof(text).isValid).toBe(false);
  }
  expect(tried).toBeGreaterThan(80);
  for (const other of [
    JSON.stringify(whole, undefined, 2),
    ` ${proof}`,
    proof.replace('{', '{"a":1,'),
    '',
    '[]',
  ])
    expect(verifyProof(other, pem).isValid).toBe(false);
  const repeated = proof.replace('"domain":', '"domain":"remit/offboarding/v1","domain":');
  expect(verifyProof(repeated, pem).isValid).toBe(false);
});

test('[OFF-10] a proof that somebody else has signed holds only for who trusts that key', async () => {
  const { proof, pem } = await prove();
  const { statement } = JSON.parse(proof) as OffboardingProof;
  const mallory = proofKey();
  const publicKey = await mallory.publicKey();
  const sign = async (claimed: OffboardingProof['statement']) =>
    writeProof({
      statement: claimed,
      publicKey,
      signature: Buffer.from(await mallory.sign(proofBytes(claimed))).toString('base64url'),
    });
  // under the deployment's name, and under one's own
  expect(verifyProof(await sign(statement)).isValid).toBe(false);
  const { createHash, createPublicKey } = await import('node:crypto');
  const der = createPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  const own = { ...statement, signedBy: `sha256:${createHash('sha256').update(der).digest('hex')}` };
  const forged = await sign(own);
  expect(verifyProof(forged, pem)).toMatchObject({
    isValid: false,
    why: expect.stringContaining('another key'),
  });
  expect(verifyProof(forged)).toMatchObject({ isValid: true, isKeyKnown: false });
});

test('[OFF-10] a proof that somebody put into the registry is not handed out', async () => {
  const one = await prove();
  const other = await startOffboarding(tables);
  await other.retire();
  await other.ask();
  const plant = (document: string) =>
    tables.client.send(
      new UpdateCommand({
        TableName: TABLES.registry,
        Key: { pk: `PROOF#${other.agent}` },
        UpdateExpression: 'SET #document = :document',
        ExpressionAttributeNames: { '#document': 'document' },
        ExpressionAttributeValues: { ':document': document },
      }),
    );
  // signed by the right key, and about another agent
  await plant(one.proof);
  expect((await refusalOf(other.ask({ key: one.deps.key }))).code).toBe('proof_damaged');
  expect((await refusalOf(other.ask())).code).toBe('proof_damaged');
  await plant('{}');
  expect((await refusalOf(other.ask())).code).toBe('proof_damaged');
});
