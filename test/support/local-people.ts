// People of local mode for tests and measurements: personas who sign in at the demo identity provider, with passkeys of
// a software authenticator, and decide through the real API.

import { signIn } from '../../src/adapters/local/sign-in.ts';
import { createAuthenticator, type TestAuthenticator } from './authenticator.ts';
import type { Local } from './local.ts';

type Json = Record<string, unknown>;

/** A persona with a passkey that counts. */
export interface LocalPerson {
  readonly token: string;
  readonly key: TestAuthenticator;
}

/** An answer of the people's API, refused or not. */
export interface PeopleAnswer {
  readonly status: number;
  readonly body: Json;
}

/** Everything that people do in a test. */
export interface LocalPeople {
  call(path: string, token: string, body: Json): Promise<PeopleAnswer>;
  get(path: string, token: string): Promise<PeopleAnswer>;
  /** Signs in and enrols a passkey; the administrator `dora` confirms it, her own is confirmed from this machine. */
  enrol(persona: string): Promise<LocalPerson>;
  /** `dora`, enrolled once. */
  administrator(): Promise<LocalPerson>;
  /** Asks for a challenge, signs it and sends the decision; the first refusal on the way is the answer. */
  decide(
    by: LocalPerson,
    grantId: string,
    wanted: { readonly decision: string; readonly reason?: string },
  ): Promise<PeopleAnswer>;
  /** Both calls of a signed administrative act. */
  actSigned(by: LocalPerson, act: Json): Promise<PeopleAnswer>;
}

/** The people of this local mode. */
export function peopleOf(local: Local): LocalPeople {
  let administrator: Promise<LocalPerson> | undefined;
  const send = async (path: string, init: RequestInit): Promise<PeopleAnswer> => {
    const response = await fetch(`${local.brokerUrl}${path}`, init);
    return { status: response.status, body: (await response.json()) as Json };
  };
  const bearer = (token: string) => (token === '' ? {} : { authorization: `Bearer ${token}` });
  const call: LocalPeople['call'] = (path, token, body) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token) },
      body: JSON.stringify(body),
    });

  async function must(answer: Promise<PeopleAnswer>): Promise<Json> {
    const { status, body } = await answer;
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }

  async function signed(path: string, by: LocalPerson, opened: Json): Promise<PeopleAnswer> {
    const assertion = by.key.assert({ challenge: String(opened['challenge']) });
    return call(path, by.token, { nonce: opened['nonce'], assertion });
  }

  async function enrol(persona: string): Promise<LocalPerson> {
    const token = await signIn(local.brokerUrl, persona);
    const key = createAuthenticator(local.brokerUrl);
    const begun = await must(call('/api/passkeys/enrol/challenge', token, { label: 'laptop' }));
    const { challenge } = begun['options'] as { challenge: string };
    const credential = key.register({ challenge });
    const told = await must(call('/api/passkeys/enrol', token, { nonce: begun['nonce'], credential }));
    if (persona === 'dora') {
      await must(call('/dev/passkeys/confirm', '', { subject: 'dora', code: told['code'], reason: 'first' }));
      return { token, key };
    }
    administrator ??= enrol('dora');
    const { person } = await must(send('/api/me', { headers: bearer(token) }));
    const { issuer, subject } = person as { issuer: string; subject: string };
    const { credentialId } = told['passkey'] as { credentialId: string };
    const dora = await administrator;
    const asked = { issuer, subject, credentialId, reason: 'read out' };
    const opened = await must(call('/api/passkeys/confirm/challenge', dora.token, asked));
    await must(signed('/api/passkeys/confirm', dora, opened));
    return { token, key };
  }

  return {
    call,
    get: (path, token) => send(path, { headers: bearer(token) }),
    enrol,
    administrator() {
      administrator ??= enrol('dora');
      return administrator;
    },
    async decide(by, grantId, wanted) {
      const path = `/api/approvals/${grantId}`;
      const opened = await call(`${path}/challenge`, by.token, { ...wanted });
      return opened.status === 200 ? signed(`${path}/decision`, by, opened.body) : opened;
    },
    async actSigned(by, act) {
      const opened = await call('/api/acts/challenge', by.token, act);
      return opened.status === 200 ? signed('/api/acts/signed', by, opened.body) : opened;
    },
  };
}
