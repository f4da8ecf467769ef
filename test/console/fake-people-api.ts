// A small people's API for the browser tests: the contracts of docs/people-api.md in memory, with faults on demand. The
// console is served as in local mode, behind the real gateway; people sign in at the real demo identity provider.

import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { decodeJwt } from 'jose';
import type { AgentStory, CatalogTold } from '../../console/api/admin-answers.ts';
import type { RequestView } from '../../console/api/answers.ts';
import type { Told } from '../../console/api/told.ts';
import { consoleMount } from '../../src/adapters/local/console.ts';
import { createGateway, type GatewayRoute, type Mount } from '../../src/adapters/local/gateway.ts';
import { closeServer, listenLoopback, listenLoopback6 } from '../../src/adapters/local/listen.ts';
import { peopleIssuerMount, peopleIssuerUrl } from '../../src/adapters/local/people-issuer.ts';
import { CONSOLE_CLIENT } from '../../src/adapters/local/personas.ts';
import type { Stop } from '../../src/core/kill/stop.ts';
import { REFUSALS, type RefusalCode } from '../../src/core/refusal.ts';
import { actAnswers, type FakeAct } from './fake-acts.ts';
import { agentAnswers, reviewAnswers, sampleAgents } from './fake-agents.ts';
import { decisionAnswers } from './fake-decisions.ts';
import { auditAnswer, overviewAnswer, questionAnswers } from './fake-overview.ts';
import { passkeyAnswers } from './fake-passkey-answers.ts';
import type { FakePasskey, FakePerson } from './fake-passkeys.ts';
import { sampleFindings, sampleGrants, sampleStory } from './fake-tables.ts';

/** A refusal of the catalogue, with its status. */
export class FakeRefusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;

  constructor(code: RefusalCode, status = 400) {
    super(REFUSALS[code].sentence);
    this.code = code;
    this.status = status;
  }
}

/** What is known, and what goes wrong; tests change it. */
export interface FakeWorld {
  origin: string;
  readonly requests: Map<string, RequestView>;
  readonly passkeys: Map<string, FakePasskey[]>;
  readonly people: Map<string, FakePerson>;
  /** Open challenges by nonce. */
  readonly challenges: Map<string, { readonly text: object; readonly challenge: string; isUsed: boolean }>;
  /** Bodies of decisions as they came. */
  readonly decisions: { readonly path: string; readonly body: unknown; readonly token: string }[];
  /** Changes what one request looks like before it is shown. */
  tamper: (view: RequestView) => RequestView;
  /** An answer in place of the usual one. */
  fault: (path: string) => { readonly status: number; readonly body: string } | undefined;
  /** Lists without anything. */
  isEmpty: boolean;
  readonly agents: Map<string, AgentStory['agent']>;
  /** Acts that were done. */
  readonly acts: FakeAct[];
  /** Switches that are on. */
  readonly stops: Told<Stop>[];
  /** The leases of retired agents are over. */
  isDead: boolean;
  /** Kills take longer than one answer, until it says otherwise. */
  areKillsLong: boolean;
  /** The one grant that is shown has not ended. */
  areGrantsOpen: boolean;
}

/** One call, of a signed-in person. */
export interface FakeCall {
  readonly method: string;
  readonly parts: readonly string[];
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly person: FakePerson;
  readonly token: string;
}

/** Serves it on free port of localhost. */
export async function startFakePeopleApi(directory: string) {
  const world = emptyWorld();
  const mounts: Mount[] = [];
  const routes: GatewayRoute[] = [{ routeKey: '$default', handler: (event) => answer(world, event) }];
  const server = createGateway({ routes, mounts, clock: () => new Date() });
  const port = await listenLoopback(server, { port: 0, variable: 'REMIT_PORT' });
  const second = createGateway({ routes, mounts, clock: () => new Date() });
  await listenLoopback6(second, { port, variable: 'REMIT_PORT' });
  world.origin = `http://localhost:${port}`;
  for (const [id, agent] of sampleAgents(world)) world.agents.set(id, agent);
  mounts.push(
    peopleIssuerMount(world.origin),
    consoleMount(async () => ({ kind: 'ready', directory })),
  );
  return { world, close: () => Promise.all([closeServer(server), closeServer(second)]) };
}

function emptyWorld(): FakeWorld {
  return {
    origin: '',
    requests: new Map(),
    passkeys: new Map(),
    people: new Map(),
    challenges: new Map(),
    decisions: [],
    tamper: (view) => view,
    fault: () => undefined,
    isEmpty: false,
    agents: new Map(),
    acts: [],
    stops: [],
    isDead: false,
    areKillsLong: false,
    areGrantsOpen: false,
  };
}

async function answer(world: FakeWorld, event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> {
  const fault = world.fault(event.rawPath);
  if (fault !== undefined)
    return { statusCode: fault.status, headers: { 'content-type': 'application/json' }, body: fault.body };
  try {
    if (event.rawPath === '/api/config') return json(200, config(world));
    return json(200, await route(world, readCall(world, event)));
  } catch (error) {
    if (!(error instanceof FakeRefusal)) throw error;
    const { code, message, status } = error;
    const told = { error: REFUSALS[code].error, error_description: message, code };
    return json(status, { ...told, request_id: randomBytes(6).toString('hex') });
  }
}

function config({ origin }: FakeWorld) {
  const issuer = peopleIssuerUrl(origin);
  const names = { issuer, clientId: CONSOLE_CLIENT, scopes: 'openid profile', rpId: 'localhost', origin };
  return { ...names, brokerUrl: origin, version: 'test' };
}

function readCall(world: FakeWorld, event: APIGatewayProxyEventV2): FakeCall {
  const token = /^Bearer (.+)$/.exec(event.headers['authorization'] ?? '')?.[1];
  if (token === undefined) throw new FakeRefusal('sign_in_required', 401);
  const claims = decodeJwt(token);
  if ((claims.exp ?? 0) * 1000 < Date.now()) throw new FakeRefusal('sign_in_rejected', 401);
  const { iss: issuer = '', sub: subject = '', name, groups } = claims;
  const person = { issuer, subject, name: String(name), groups: groups as string[] };
  world.people.set(subject, person);
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body;
  return {
    method: event.requestContext.http.method,
    parts: event.rawPath.split('/').slice(2).map(decodeURIComponent),
    path: event.rawPath,
    query: new URLSearchParams(event.rawQueryString),
    body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    person,
    token,
  };
}

async function route(world: FakeWorld, call: FakeCall): Promise<unknown> {
  const [area] = call.parts;
  if (area === 'me') return me(world, call.person);
  if (area === 'approvals') return decisionAnswers(world, call);
  if (area === 'passkeys') return passkeyAnswers(world, call);
  if (area === 'grants' && call.parts[1] === undefined) return sampleGrants(world, call.query);
  if (area === 'grants') return sampleStory(world, call.parts[1] ?? '');
  if (area === 'agents') return agentAnswers(world, call);
  if (area === 'reviews') return reviewAnswers(world, call);
  if (area === 'acts') return actAnswers(world, call);
  if (area === 'catalog') return catalogAnswer(call);
  if (area === 'overview') return overviewAnswer(world, call);
  if (area === 'questions') return questionAnswers(world, call);
  if (area === 'audit') return auditAnswer(world, call);
  if (area === 'findings') return { findings: sampleFindings(world) };
  throw new FakeRefusal('route_unknown', 404);
}

function catalogAnswer({ person }: FakeCall) {
  if (!fakeRoles(person).includes('viewer')) throw new FakeRefusal('role_missing', 403);
  return {
    tasks: [
      { id: 'refund-customer', title: 'Order one refund for a customer', environment: 'prod' },
      { id: 'close-account', title: 'Close one account', environment: 'test' },
    ],
    environments: ['prod', 'test'],
    issuers: [{ name: 'github', issuer: 'https://token.actions.githubusercontent.com' }],
    groups: ['billing', 'reporting'],
  } satisfies CatalogTold;
}

function me(world: FakeWorld, fake: FakePerson) {
  const { groups, ...person } = fake;
  const keys = world.passkeys.get(person.subject) ?? [];
  const passkeys = keys.filter(({ status }) => status === 'active').length;
  return { person, groups, roles: fakeRoles(fake), passkeys };
}

/** As the core has it: whoever may act may also look. */
export function fakeRoles({ groups }: Pick<FakePerson, 'groups'>): readonly string[] {
  const roles = groups.map((group) => (group.startsWith('remit-') ? group.slice(6, -1) : 'approver'));
  const looks = roles.some((role) => role === 'operator' || role === 'administrator');
  return [...new Set(looks ? ['viewer', ...roles] : roles)];
}

function json(statusCode: number, value: unknown): APIGatewayProxyResultV2 {
  return {
    statusCode,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      date: new Date().toUTCString(),
    },
    body: JSON.stringify(value),
  };
}
