// Administrative acts in tests: people of every role with and without a passkey, and the two calls of a signed act.

import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { createPeopleStore } from '../../src/adapters/aws/people-table.ts';
import type { PersonRecord } from '../../src/core/people/person.ts';
import { ENROLLED } from './passkey-events.ts';
import type { Persona } from './people.ts';
import { type PeopleApi, startPeopleApi, type Told } from './people-api.ts';
import { TABLES, type Tables } from './tables.ts';

/** A challenge as the API tells it. */
export interface Opened {
  readonly nonce: string;
  readonly challenge: string;
  readonly expiresAt: string;
}

export interface ActScene {
  readonly api: PeopleApi;
  /** Administrators. */
  readonly dora: Persona;
  readonly drew: Persona;
  readonly olga: Persona;
  /** The first call of a signed act. */
  open(as: Persona, body: object): Promise<Opened>;
  /** The second one. */
  send(as: Persona, nonce: string, assertion: unknown): Promise<Told>;
  /** The second one with a token of other groups, now. */
  sendAs(as: Persona, groups: readonly string[], sent: { nonce: string; assertion: unknown }): Promise<Told>;
  /** Both. @returns the first answer that is not 200, or the last */
  sign(as: Persona, body: object): Promise<Told>;
  statusOf(agent: string): Promise<string | undefined>;
  /** Changes somebody's passkeys behind the API. */
  changePerson(who: Persona, change: (record: PersonRecord) => Partial<PersonRecord>): Promise<void>;
}

/** The API with people. */
export async function startActs(tables: Tables): Promise<ActScene> {
  const api = await startPeopleApi(tables);
  const store = createPeopleStore({ client: tables.client, table: TABLES.people });
  const agents = createAgentBook({ client: tables.client, table: TABLES.registry });
  const opening = (as: Persona, body: object) => api.call('POST', '/api/acts/challenge', { as, body });
  const send = (as: Persona, nonce: string, assertion: unknown) =>
    api.call('POST', '/api/acts/signed', { as, body: { nonce, assertion } });
  return {
    api,
    dora: await api.persona('dora', ['remit-administrators']),
    drew: await api.persona('drew', ['remit-administrators']),
    olga: await api.persona('olga', ['remit-operators']),
    async open(as, body) {
      const { status, body: told } = await opening(as, body);
      if (status !== 200) throw new Error(JSON.stringify(told));
      return told as unknown as Opened;
    },
    send,
    sendAs(as, groups, body) {
      const token = api.people.signIn({ subject: as.person.subject, groups, now: api.exchange.deps.clock() });
      return api.call('POST', '/api/acts/signed', { token, body });
    },
    async sign(as, body) {
      const opened = await opening(as, body);
      if (opened.status !== 200) return opened;
      const { nonce, challenge } = opened.body;
      return send(as, String(nonce), as.key.assert({ challenge: String(challenge) }));
    },
    statusOf: async (agent) => (await agents.find(agent))?.agent.status,
    async changePerson({ person }, change) {
      const record = await store.findPerson(person);
      if (record === undefined) throw new Error('nobody');
      await store.putPerson({ ...record, ...change(record), version: record.version + 1 }, ENROLLED);
    },
  };
}
