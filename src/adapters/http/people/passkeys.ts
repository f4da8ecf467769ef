// The routes of passkeys: a person's own, those that wait for somebody's confirmation, and the two calls of each
// change. Public keys stay on the server: nobody needs them.

import * as z from 'zod';
import { beginConfirmation, confirmPasskey } from '../../../core/people/confirm.ts';
import { beginEnrolment, finishEnrolment } from '../../../core/people/enrol.ts';
import { listPasskeys } from '../../../core/people/list-passkeys.ts';
import type { PasskeyDeps } from '../../../core/people/passkey-deps.ts';
import type { Passkey } from '../../../core/people/person.ts';
import { beginRemoval, removePasskey } from '../../../core/people/remove.ts';
import { answered, assertion, bytes, credentialId, personPart } from './fields.ts';
import { anySignedIn, get, NOTHING, type PeopleRoute, post } from './route.ts';

/** Shorter than any body; the core says how long a label may be. */
const label = z.strictObject({ label: z.string() });

/** `RegistrationResponseJSON` of WebAuthn Level 3, as @simplewebauthn/browser sends it. */
const credential = z.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).exactOptional(),
  clientExtensionResults: z.looseObject({}),
  response: z.strictObject({
    clientDataJSON: bytes,
    attestationObject: bytes,
    authenticatorData: bytes.exactOptional(),
    transports: z
      .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
      .max(10)
      .exactOptional(),
    publicKeyAlgorithm: z.int().exactOptional(),
    publicKey: bytes.exactOptional(),
  }),
});
const enrolment = z.strictObject({ nonce: bytes, credential, existing: assertion.exactOptional() });
const waiting = z.strictObject({
  issuer: personPart,
  subject: personPart,
  credentialId,
  // the core says which is one
  reason: z.string().exactOptional(),
});
const removal = z
  .strictObject({
    credentialId,
    issuer: personPart.exactOptional(),
    subject: personPart.exactOptional(),
    reason: z.string().exactOptional(),
  })
  // half a person is nobody, and must not become the caller
  .refine(({ issuer, subject }) => (issuer === undefined) === (subject === undefined));

/** The routes of the passkeys function. */
export function passkeyRoutes(deps: PasskeyDeps): readonly PeopleRoute[] {
  return [listRoute(deps), ...enrolRoutes(deps), ...confirmRoutes(deps), ...removeRoutes(deps)];
}

function listRoute(deps: PasskeyDeps): PeopleRoute {
  return get({
    path: '/api/passkeys',
    operation: 'list-passkeys',
    admit: anySignedIn,
    input: NOTHING,
    run: ({ person }) => listPasskeys(deps, person),
  });
}

function enrolRoutes(deps: PasskeyDeps): readonly PeopleRoute[] {
  return [
    post({
      path: '/api/passkeys/enrol/challenge',
      operation: 'begin-enrolment',
      admit: anySignedIn,
      input: label,
      run: ({ person, input }) => beginEnrolment(deps, { person, label: input.label }),
    }),
    post({
      path: '/api/passkeys/enrol',
      operation: 'enrol-passkey',
      admit: anySignedIn,
      input: enrolment,
      async run({ person, input, context }) {
        const { passkey, ...rest } = await finishEnrolment(deps, { person, ...input }, context.requestId);
        return { passkey: shown(passkey), ...rest };
      },
    }),
  ];
}

function confirmRoutes(deps: PasskeyDeps): readonly PeopleRoute[] {
  return [
    post({
      path: '/api/passkeys/confirm/challenge',
      operation: 'begin-confirmation',
      admit: anySignedIn,
      input: waiting,
      run: ({ person, input: { issuer, subject, ...rest } }) =>
        beginConfirmation(deps, { person, of: { issuer, subject }, ...rest }),
    }),
    post({
      path: '/api/passkeys/confirm',
      operation: 'confirm-passkey',
      admit: anySignedIn,
      input: answered,
      run: async ({ person, input, context }) => ({
        passkey: shown(await confirmPasskey(deps, { person, ...input }, context.requestId)),
      }),
    }),
  ];
}

function removeRoutes(deps: PasskeyDeps): readonly PeopleRoute[] {
  return [
    post({
      path: '/api/passkeys/remove/challenge',
      operation: 'begin-removal',
      admit: anySignedIn,
      input: removal,
      run: ({ person, input: { issuer, subject, ...key } }) => {
        // the core says which reason is one
        const of = issuer !== undefined && subject !== undefined ? { issuer, subject } : undefined;
        return beginRemoval(deps, { person, ...key, of });
      },
    }),
    post({
      path: '/api/passkeys/remove',
      operation: 'remove-passkey',
      admit: anySignedIn,
      input: answered,
      run: async ({ person, input, context }) => ({
        passkey: shown(await removePasskey(deps, { person, ...input }, context.requestId)),
      }),
    }),
  ];
}

/** Without key material. */
export function shown({ publicKey: _key, transports: _hints, ...passkey }: Passkey) {
  return passkey;
}
