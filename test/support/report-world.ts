// A world that a report looks at, made to be broken: everything in it is made by hand, so that each check can be shown
// one in which it fails. That they pass where nothing is broken is shown by the product itself (test/e2e).

import { createAuthorizer } from '../../src/core/authorize/authorizer.ts';
import type { Catalog, Grant, RegisteredAgent, Task } from '../../src/core/model.ts';
import type { QuestionPorts } from '../../src/core/questions/question.ts';
import type { Answered, Asked, ReportPorts } from '../../src/core/report/check.ts';
import type { ResourceShape, StackShape } from '../../src/core/report/template.ts';
import { sampleAgent, sampleCatalog } from './catalog.ts';
import { NOW, sampleGrant } from './grant.ts';
import { PEOPLE_ISSUER } from './people.ts';
import { ISSUER } from './questions.ts';

const GITHUB = { ...ISSUER, name: 'github', kind: 'github', issuer: 'https://gh.acme.dev' } as const;

/** Two agents, of which one does nothing, tasks in two environments, and a server. */
export function worldCatalog(changes: Partial<Catalog> = {}): Catalog {
  const issuer = {
    ...ISSUER,
    audience: 'urn:acme:remit',
    algorithms: ['ES256'],
    maxLifetimeSeconds: 600,
  } as const;
  const idle = { ...sampleAgent(issuer, 'idle-agent', 'idle'), groups: [] };
  return { ...sampleCatalog({ issuers: [issuer], agents: [sampleAgent(issuer), idle] }), ...changes };
}

export interface WorldParts {
  readonly catalog?: Catalog;
  readonly agents?: readonly Partial<RegisteredAgent>[];
  readonly grants?: readonly Partial<Grant>[];
  readonly answer?: (asked: Asked) => Answered;
  readonly resources?: Readonly<Record<string, ResourceShape>>;
  readonly ports?: Partial<ReportPorts>;
  readonly questions?: Partial<QuestionPorts>;
}

/** The ports over such a world. */
export function worldOf(parts: WorldParts = {}): ReportPorts {
  const catalog = parts.catalog ?? worldCatalog();
  const stack: StackShape = { template: { Resources: parts.resources ?? {} } };
  return {
    questions: { ...questionsOf(parts, catalog), ...parts.questions },
    broker: { url: 'https://broker.acme.dev', send: async (asked) => (parts.answer ?? credulous)(asked) },
    probes: {
      assertion: async (name) => genuine(name),
      publicKey: async () => 'a public key',
      signIn: async () => 'an ID token',
      signInAs: async () => 'an ID token of the owner',
      order: async () => ({}),
    },
    stack,
    random: {
      bytes: (count) => Buffer.from(Array.from({ length: count }, () => Math.floor(Math.random() * 256))),
    },
    ...parts.ports,
  };
}

function genuine(name: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256', kid: 'k' })}.${part({ iss: ISSUER.issuer, sub: name })}.c2lnbmF0dXJl`;
}

/** Believes and gives everything, for a year. */
export function credulous({ method, path }: Asked): Answered {
  if (method === 'GET' && path.startsWith('/.well-known'))
    return {
      status: 200,
      body: {
        grant_types_supported: ['refresh_token'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
      },
    };
  if (path === '/api/config') return { status: 200, body: { issuer: PEOPLE_ISSUER } };
  return {
    status: 200,
    body: {
      access_token: 'x',
      grant_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      grant_handle: 'h',
      expires_in: 31_536_000,
      active: true,
    },
  };
}

function questionsOf({ agents = [{}], grants = [] }: WorldParts, catalog: Catalog): QuestionPorts {
  const registered = agents.map((changes) => ({
    ...sampleAgent(ISSUER),
    status: 'active' as const,
    ...changes,
  }));
  const rows = grants.map((changes) => sampleGrant({ ...changes }));
  const open = rows.filter(({ status }) => ['reserved', 'pending', 'approved', 'active'].includes(status));
  return {
    catalog,
    authorizer: createAuthorizer(catalog),
    agents: {
      async find(id) {
        const agent = registered.find((each) => each.id === id);
        return agent && ({ agent, version: 1 } as never);
      },
      listByOwner: async () => ({ agents: registered }),
      listByStatus: async (status) => ({ agents: registered.filter((each) => each.status === status) }),
    },
    grants: {
      get: async (id) => rows.find(({ grantId }) => grantId === id),
      listByAgent: async (agent) => ({ grants: rows.filter((each) => each.agent === agent) }),
      listByTask: async (task) => ({ grants: rows.filter((each) => each.task === task) }),
      listOpen: async (shard) => ({ grants: shard === 0 ? open : [] }),
    },
    place: { partition: 'aws', account: '111122223333', prefix: 'remit' },
    clock: () => NOW,
  };
}

/** The catalog with its only binding on a platform that others share. */
export function onSharedPlatform(): Catalog {
  const agent = sampleAgent(GITHUB as never);
  return worldCatalog({ issuers: [GITHUB as never], agents: [agent] });
}

/** The catalog with every task changed. */
export function withTasks(changes: Partial<Task>): Catalog {
  const catalog = worldCatalog();
  return { ...catalog, tasks: catalog.tasks.map((task) => ({ ...task, ...changes })) };
}
