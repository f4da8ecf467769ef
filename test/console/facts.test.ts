// What the browser verifies before it shows a request, and what it signs, against the core.

import { expect, test } from 'vitest';
import { base64url, sha256 } from '../../console/passkey/digest.ts';
import { FactsDiffer, verifyFacts } from '../../console/passkey/facts.ts';
import { passkeyCode } from '../../console/passkey/passkey-code.ts';
import { bindingCode as codeOfRequest } from '../../src/core/approve/binding-code.ts';
import { decisionText } from '../../src/core/approve/challenge-text.ts';
import type { GrantId } from '../../src/core/model.ts';
import { passkeyCode as codeOfPasskey } from '../../src/core/people/passkey-texts.ts';
import { digestOfText } from '../../src/core/record/digest.ts';
import { challengeOver } from './fake-passkeys.ts';
import { fakeRequest } from './fake-requests.ts';
import { shortCodeOf } from './short-code.ts';

const GRANT = '01KC2Y5T8Q4ZV3N7R6W9XD0001';
const view = fakeRequest({ grantId: GRANT });
const digested = (facts: string) => ({ facts, requestDigest: digestOfText(facts) });
const changed = (change: (facts: Record<string, unknown>) => object) =>
  digested(JSON.stringify(change(JSON.parse(view.facts) as Record<string, unknown>)));

test('[CONSOLE-6] facts with their digest are read, with the code that belongs to them', async () => {
  const { facts, bindingCode } = await verifyFacts(view, GRANT);
  expect(facts.task).toBe('refund-customer');
  expect(bindingCode).toBe(view.bindingCode);
  expect(bindingCode).toBe(codeOfRequest(GRANT as GrantId, view.requestDigest));
});

test.each([
  ['other facts under the same digest', { ...view, facts: view.facts.replace('900', '1') }],
  ['another digest over the same facts', { ...view, requestDigest: digestOfText('other') }],
  ['facts of another grant', changed((facts) => ({ ...facts, grantId: '01KC2Y5T8Q4ZV3N7R6W9XD0002' }))],
  ['a member that the page does not show', changed((facts) => ({ ...facts, zone: 'x' }))],
  [
    'a member in the middle',
    changed(({ approval, ...facts }) => ({ approval: { ...Object(approval), also: 1 }, ...facts })),
  ],
  ['a member twice', digested(view.facts.replace('{', '{"account":"999999999999",'))],
  ['other white space', digested(view.facts.replace(':', ': '))],
  ['an effect that is not Allow', digested(view.facts.replace('"Allow"', '"Deny"'))],
  ['no JSON', digested('{')],
  ['nothing', digested('')],
])('[CONSOLE-6] %s are refused', async (_, told) => {
  await expect(verifyFacts(told, GRANT)).rejects.toBeInstanceOf(FactsDiffer);
});

test('[CONSOLE-1] the browser’s challenge is the core’s', async () => {
  const terms = {
    grantId: GRANT as GrantId,
    requestDigest: view.requestDigest,
    decision: 'deny' as const,
    reason: 'not today, “really”\nñ 😀',
    approver: { issuer: 'https://login.acme.example', subject: 's-1' },
    nonce: 'bm9uY2U',
    expiresAt: new Date('2026-11-24T12:00:00.000Z'),
  };
  const text = decisionText({ ...terms, approver: { ...terms.approver, name: 'never signed' } as never });
  const expected = challengeOver({
    domain: 'remit/approval/v1',
    ...terms,
    expiresAt: terms.expiresAt.toISOString(),
  });
  expect(base64url(await sha256(text))).toBe(Buffer.from(expected).toString('base64url'));
});

test('[CONSOLE-12] the code of a passkey depends on person, id and key', async () => {
  const passkey = { person: { issuer: 'i', subject: 's', name: 'n' }, credentialId: 'c', publicKey: 'k' };
  const value = {
    domain: 'remit/passkey-code/v1',
    person: { issuer: 'i', subject: 's' },
    credentialId: 'c',
    publicKey: 'k',
  };
  expect(await passkeyCode(passkey)).toBe(shortCodeOf(value));
  expect(await passkeyCode(passkey)).toBe(codeOfPasskey(passkey.person, passkey));
  const others = [
    { ...passkey, publicKey: 'other' },
    { ...passkey, credentialId: 'other' },
    { ...passkey, person: { issuer: 'i', subject: 'other' } },
  ];
  for (const other of others) expect(await passkeyCode(other)).not.toBe(shortCodeOf(value));
});
