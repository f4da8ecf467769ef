// Passkeys of the fake API: enrol, confirm, remove, each with a real signature.

import { randomBytes } from 'node:crypto';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { AssertionBody } from '../../console/api/answers.ts';
import {
  base64url,
  challengeOver,
  codeOf,
  type FakePasskey,
  type FakePerson,
  isSignedBy,
  register,
  registrationOptions,
} from './fake-passkeys.ts';
import { type FakeCall, FakeRefusal, type FakeWorld } from './fake-people-api.ts';

interface Terms {
  readonly kind: string;
  readonly label?: string;
  readonly of?: { readonly issuer: string; readonly subject: string };
  readonly credentialId?: string;
  readonly reason?: string;
}

/** `/api/passkeys…` */
export async function passkeyAnswers(world: FakeWorld, call: FakeCall): Promise<unknown> {
  const [, action, step] = call.parts;
  if (action === undefined) return list(world, call.person);
  if (action === 'enrol') return step === 'challenge' ? beginEnrolment(world, call) : enrol(world, call);
  if (step === 'challenge') return beginChange(world, call, action);
  return change(world, call, action);
}

const keyOf = ({ issuer, subject }: FakePerson) => ({ issuer, subject });
const keysOf = (world: FakeWorld, subject: string) => world.passkeys.get(subject) ?? [];
const activeOf = (world: FakeWorld, subject: string) =>
  keysOf(world, subject).filter(({ status }) => status === 'active');

const weekAfter = ({ enrolledAt }: Pick<FakePasskey, 'enrolledAt'>) =>
  new Date(Date.parse(enrolledAt) + 7 * 86_400_000).toISOString();

function list(world: FakeWorld, person: FakePerson) {
  const shown = ({ publicKey: _, ...passkey }: FakePasskey) => ({
    ...passkey,
    ...(passkey.status === 'waiting' && {
      code: codeOf(person, { ...passkey, publicKey: _ }),
      lapsesAt: weekAfter(passkey),
    }),
  });
  const others = [...world.passkeys].filter(([subject]) => subject !== person.subject);
  const toConfirm = others.flatMap(([subject, keys]) => {
    const owner = world.people.get(subject);
    if (owner === undefined || activeOf(world, person.subject).length === 0) return [];
    const { groups: _, ...named } = owner;
    return keys
      .filter(({ status }) => status === 'waiting')
      .map((key) => ({ ...key, person: named, code: codeOf(owner, key), lapsesAt: weekAfter(key) }));
  });
  return { passkeys: keysOf(world, person.subject).map(shown), toConfirm };
}

function open(world: FakeWorld, signer: FakePerson, terms: Terms) {
  const nonce = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + 120_000).toISOString();
  const text = { nonce, person: keyOf(signer), terms, expiresAt };
  world.challenges.set(nonce, { text, challenge: '', isUsed: false });
  return text;
}

async function beginEnrolment(world: FakeWorld, { body, person }: FakeCall) {
  const text = open(world, person, { kind: 'enrol', label: String(body['label']) });
  const { nonce, expiresAt } = text;
  const options = await registrationOptions(
    person,
    challengeOver({ domain: 'remit/passkey-enrol/v1', ...text }),
  );
  const active = activeOf(world, person.subject);
  if (active.length === 0) return { nonce, options, needs: 'confirmation' };
  const credentialIds = active.map(({ credentialId }) => credentialId);
  return { nonce, options, needs: 'existing-key', existing: { credentialIds, expiresAt } };
}

async function enrol(world: FakeWorld, { body, person }: FakeCall) {
  const { text } = take(world, body);
  const label = (text as { terms: Terms }).terms.label ?? '';
  const credential = body['credential'] as RegistrationResponseJSON;
  const challenge = base64url(challengeOver({ domain: 'remit/passkey-enrol/v1', ...text }));
  const passkey = await register(world.origin, { credential, challenge, label });
  const active = activeOf(world, person.subject);
  if (active.length > 0) {
    await requireSigned(world, active, {
      assertion: body['existing'] as AssertionBody,
      text: {
        domain: 'remit/passkey-add/v1',
        ...text,
        attestationObject: credential.response.attestationObject,
      },
    });
    Object.assign(passkey, { status: 'active', activeSince: passkey.enrolledAt });
  }
  world.passkeys.set(person.subject, [...keysOf(world, person.subject), passkey]);
  const isWaiting = passkey.status === 'waiting';
  return { passkey, ...(isWaiting && { code: codeOf(person, passkey) }) };
}

function beginChange(world: FakeWorld, { body, person }: FakeCall, kind: string) {
  const { issuer, subject, credentialId, reason } = body as Record<string, string>;
  const of = { issuer: issuer ?? '', subject: subject ?? '' };
  const text = open(world, person, {
    kind,
    of,
    credentialId: credentialId ?? '',
    ...(reason !== undefined && { reason }),
  });
  const credentialIds = activeOf(world, person.subject).map((key) => key.credentialId);
  const challenge = base64url(challengeOver(signedText(world, text)));
  return { nonce: text.nonce, challenge, credentialIds, expiresAt: text.expiresAt, rpId: 'localhost' };
}

async function change(world: FakeWorld, { body, person }: FakeCall, kind: string) {
  const { text } = take(world, body);
  const { terms } = text as { terms: Terms };
  const signed = {
    assertion: body['assertion'] as AssertionBody,
    text: signedText(world, { terms, ...text }),
  };
  await requireSigned(world, activeOf(world, person.subject), signed);
  const passkey = find(world, terms);
  const now = new Date().toISOString();
  Object.assign(
    passkey,
    kind === 'confirm'
      ? { status: 'active', activeSince: now, confirmedBy: person, confirmationReason: terms.reason }
      : { status: 'removed', removedAt: now },
  );
  return { passkey };
}

function signedText(world: FakeWorld, text: { readonly terms: Terms }): object {
  const { terms } = text;
  const publicKey = terms.kind === 'confirm' ? find(world, terms).publicKey : undefined;
  return { domain: `remit/passkey-${terms.kind}/v1`, ...text, ...(publicKey && { publicKey }) };
}

function find(world: FakeWorld, { of, credentialId }: Terms): FakePasskey {
  const passkey = keysOf(world, of?.subject ?? '').find((each) => each.credentialId === credentialId);
  if (passkey === undefined) throw new FakeRefusal('passkey_unknown');
  return passkey;
}

function take(world: FakeWorld, body: Record<string, unknown>) {
  const found = world.challenges.get(String(body['nonce']));
  if (found === undefined || found.isUsed) throw new FakeRefusal('challenge_unknown');
  found.isUsed = true;
  return found;
}

async function requireSigned(
  world: FakeWorld,
  keys: readonly FakePasskey[],
  { assertion, text }: { assertion: AssertionBody; text: object },
): Promise<void> {
  const challenge = base64url(challengeOver(text));
  if (!(await isSignedBy(keys, { origin: world.origin, assertion, challenge })))
    throw new FakeRefusal('passkey_rejected');
}
