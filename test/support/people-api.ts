// The people's API for tests: the real entries over an embedded DynamoDB, a people's issuer whose keys are fetched,
// personas with software passkeys, and agents whose requests wait. Every log line is kept.

import { buildApprovals } from '../../lambda/approvals.ts';
import { buildOffboarding } from '../../lambda/offboarding.ts';
import { buildPasskeys } from '../../lambda/passkeys.ts';
import { buildPeopleAdmin } from '../../lambda/people-admin.ts';
import { buildQuestions } from '../../lambda/questions.ts';
import { buildViews } from '../../lambda/views.ts';
import type { HttpOrDirect } from '../../src/adapters/aws/direct-confirmation.ts';
import { createPeopleStore } from '../../src/adapters/aws/people-table.ts';
import { readProofReply } from '../../src/adapters/aws/proof-maker.ts';
import type { World } from '../../src/adapters/aws/world.ts';
import type { Handler } from '../../src/adapters/http/endpoint.ts';
import { peopleIssuer } from '../../src/config/people.ts';
import type { ApprovalNotice } from '../../src/core/approve/ports.ts';
import type { TrailReader } from '../../src/core/audit/ports.ts';
import { startTask } from '../../src/core/exchange.ts';
import type { Catalog, Decision, Grant, Parameters } from '../../src/core/model.ts';
import { sampleTask } from './catalog.ts';
import { type ExchangeUnderTest, startExchange } from './exchange.ts';
import { bodyOf, rawEvent } from './http.ts';
import { proofKey } from './offboard.ts';
import { ENROLLED } from './passkey-events.ts';
import { CONSOLE_ORIGIN, createPersona, type Persona, type TestPeople } from './people.ts';
import { askFor, refusalOf } from './requests.ts';
import { TABLES, type Tables } from './tables.ts';

type Json = Record<string, unknown>;

/** What a call of the API sends beside method and path. */
export interface Sent {
  /** Who is signed in. */
  readonly as?: Persona;
  /** A token instead. */
  readonly token?: string;
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of the API. */
export interface Told {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface PeopleApi {
  readonly exchange: ExchangeUnderTest;
  readonly people: TestPeople;
  readonly lines: Json[];
  readonly notices: ApprovalNotice[];
  /** The entry of lambda/passkeys.ts, for direct invocations. */
  readonly passkeys: (event: unknown) => Promise<unknown>;
  /** A persona of these groups; `enrolled` ones have an active passkey of the day before. */
  persona(subject: string, groups?: readonly string[], enrolled?: boolean): Promise<Persona>;
  call(method: string, path: string, sent?: Sent): Promise<Told>;
  /** An agent's request that waits. @returns its grant id */
  ask(task?: string, parameters?: Parameters): Promise<string>;
  /** Both calls of a decision. @returns the first answer that is not 200, or the last */
  decide(grantId: string, as: Persona, decision: Decision, reason?: string): Promise<Told>;
  row(grantId: string): Promise<Grant | undefined>;
}

const amount = { amount: { type: 'integer', min: 1, max: 1000 } } as const;
const rule = {
  required: true,
  approvers: ['finance-leads'],
  quorum: 1,
  expiresAfterSeconds: 600,
  ownerMayApprove: false,
  escalateTo: [],
};
const EXTRA = [
  { id: 'two-people', approval: { ...rule, quorum: 2 } },
  { id: 'emergency', approval: { ...rule, breakGlass: 'incident-commanders' } },
  { id: 'support-only', approval: { ...rule, approvers: ['support-leads'] } },
].map((changes) => sampleTask({ ...changes, title: changes.id, parameters: amount, permissions: queue() }));

function queue() {
  return [{ actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-west-1:111122223333:refunds'] }];
}

/** The catalog with tasks that differ in who decides. */
export function withExtraTasks(catalog: Catalog): Catalog {
  const policies = EXTRA.map(({ id }) => ({
    id: `${id}.cedar#1`,
    file: `policies/${id}.cedar`,
    text: `permit (principal in Remit::Group::"billing", action == Remit::Action::"${id}", resource);`,
  }));
  return {
    ...catalog,
    tasks: [...catalog.tasks, ...EXTRA],
    policies: [...catalog.policies, ...policies],
    runtimeAssignableGroups: ['reporting'],
  };
}

/** Builds the entries over these tables and, where a test wants one, a trail. */
export async function startPeopleApi(tables: Tables, trail?: TrailReader): Promise<PeopleApi> {
  const exchange = await startExchange(tables, { change: withExtraTasks });
  const { people } = exchange;
  const lines: Json[] = [];
  const notices: ApprovalNotice[] = [];
  const handlers = buildEntries(worldOf(tables, { exchange, people, lines, notices, trail }), people);
  const store = createPeopleStore({ client: tables.client, table: TABLES.people });

  async function call(method: string, path: string, sent: Sent = {}): Promise<Told> {
    const { as, body, query = '' } = sent;
    const token = sent.token ?? as?.idToken(exchange.deps.clock());
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...(text !== '' && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...sent.headers,
    };
    const event = { ...rawEvent(method, path, text, headers), rawQueryString: query };
    const answer = await handlerOf(handlers, path)(event);
    return { status: Number(answer.statusCode), body: bodyOf(answer), headers: answer.headers ?? {} };
  }

  return {
    exchange,
    people,
    lines,
    notices,
    passkeys: handlers.passkeys,
    call,
    async persona(subject, groups = ['finance-leads'], enrolled = true) {
      const persona = createPersona(people, subject, groups);
      if (enrolled && !(await store.putPerson(persona.record, ENROLLED)))
        throw new Error(`${subject} is there already`);
      return persona;
    },
    async ask(task = 'close-account', parameters = { amount: 70 }) {
      const refusal = await refusalOf(
        startTask(exchange.deps, await askFor(exchange, { task, parameters }), exchange.context),
      );
      if (refusal.code !== 'grant_pending') throw new Error(refusal.code);
      return String(refusal.members['grant_id']);
    },
    async decide(grantId, as, decision, reason) {
      const body = { decision, ...(reason !== undefined && { reason }) };
      const opened = await call('POST', `/api/approvals/${grantId}/challenge`, { as, body });
      if (opened.status !== 200) return opened;
      const { nonce, challenge } = opened.body;
      const assertion = as.key.assert({ challenge: String(challenge) });
      return call('POST', `/api/approvals/${grantId}/decision`, { as, body: { nonce, assertion } });
    },
    row: (grantId) => exchange.deps.grants.get(grantId as Grant['grantId']),
  };
}

interface Parts {
  readonly exchange: ExchangeUnderTest;
  readonly people: TestPeople;
  readonly lines: Json[];
  readonly notices: ApprovalNotice[];
  readonly trail: TrailReader | undefined;
}

function worldOf({ endpoint }: Tables, { exchange, people, lines, notices, trail }: Parts): World {
  return {
    ...(trail && { trail }),
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    clock: exchange.deps.clock,
    catalog: exchange.catalog,
    fetch: publish(people),
    log: (line) => void lines.push({ ...line }),
    workflow: { start: async () => undefined, wake: async () => true },
    killQueue: { send: async () => undefined },
    pause: async (seconds) => exchange.pass(seconds),
    notifier: {
      async notify(notice) {
        notices.push(notice);
        return [];
      },
    },
  };
}

/** The issuer's discovery document and key set, and nothing else. */
export function publish({
  config,
  keySet,
}: {
  readonly config: { readonly issuer: string };
  readonly keySet: unknown;
}): typeof fetch {
  return async (input) => {
    const address = String(input);
    if (address === `${config.issuer}/.well-known/openid-configuration`)
      return Response.json({ issuer: config.issuer, jwks_uri: `${config.issuer}/keys` });
    return address === `${config.issuer}/keys` ? Response.json(keySet) : new Response('', { status: 404 });
  };
}

interface Entries {
  readonly peopleAdmin: Handler;
  readonly approvals: Handler;
  readonly passkeys: HttpOrDirect;
  readonly views: Handler;
  readonly questions: Handler;
}

function buildEntries(world: World, people: TestPeople): Entries {
  const env = {
    BROKER_URL: CONSOLE_ORIGIN,
    CATALOG_FILE: 'in-memory',
    PEOPLE_ISSUER: peopleIssuer.parse(people.config),
    CONSOLE_ORIGIN,
    PEOPLE_TABLE: TABLES.people,
    OUTBOX_TABLE: TABLES.outbox,
    TRAIL_BUCKET: 'trail',
    GRANTS_TABLE: TABLES.grants,
    REGISTRY_TABLE: TABLES.registry,
    BUDGETS_TABLE: TABLES.budgets,
    EVIDENCE_TABLE: TABLES.evidence,
    FINDINGS_TABLE: TABLES.findings,
    ROLE_ACCOUNT: '111122223333',
    ROLE_PARTITION: 'aws',
    ROLE_PREFIX: 'remit',
    NOTIFY_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:remit',
    EVENT_BUS: 'default',
    OFFBOARDING_FUNCTION: 'remit-offboarding',
    KILL_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/kill.fifo',
  };
  const offboarding = buildOffboarding(
    { ...env, PROOF_KEY_ARN: 'in-memory' },
    { ...world, proofKey: proofKey() },
  );
  const proofs = { ask: async (agent: string) => readProofReply(await offboarding({ agent })) };
  return {
    peopleAdmin: buildPeopleAdmin(env, { ...world, proofs }),
    approvals: buildApprovals(env, world),
    passkeys: buildPasskeys(env, world),
    views: buildViews(env, world),
    questions: buildQuestions(env, world),
  };
}

function handlerOf(entries: Entries, path: string): Handler {
  const { approvals, passkeys, views, questions, peopleAdmin } = entries;
  if (/^\/api\/(questions|audit|agents\/[^/]+\/story$)/.test(path)) return questions;
  if (/^\/api\/(acts|agents|reviews|overview|catalog)/.test(path)) return peopleAdmin;
  if (path.startsWith('/api/approvals')) return approvals;
  return path.startsWith('/api/passkeys') ? passkeys : views;
}
