// A storm in memory: requests for leases and one order to stop, each step of each of them put in the hands of a
// scheduler that runs them in any order. The lists see nothing at all, as the worst index would; time passes with the
// steps, so that a request may take longer than it may.

import { generateKeyPairSync, sign } from 'node:crypto';
import { readActiveAgent } from '../../src/core/authorize/identify.ts';
import type { ExchangeDeps } from '../../src/core/deps.ts';
import { handOver } from '../../src/core/issue/hand-over.ts';
import type { KillDeps } from '../../src/core/kill/kill.ts';
import type { Stop } from '../../src/core/kill/stop.ts';
import type { AgentBook, SeenAgent } from '../../src/core/lifecycle/ports.ts';
import type { Grant, RegisteredAgent } from '../../src/core/model.ts';
import type { OffboardDeps, Watch } from '../../src/core/offboard/ports.ts';
import { proveOffboarding } from '../../src/core/offboard/prove.ts';
import type { GrantStore, LeaseRecord } from '../../src/core/ports.ts';
import { announceLease } from '../../src/core/record/announce-lease.ts';
import type { Caller } from '../../src/core/verify/caller.ts';
import { sampleCatalog, sampleTask } from './catalog.ts';
import { NOW, sampleEvent, sampleGrant } from './grant.ts';

/** Runs this when the scheduler says so. */
export type Step = <Result>(name: string, run: () => Result) => Promise<Result>;

const AGENT: RegisteredAgent = {
  id: 'billing-agent',
  owner: { issuer: 'https://login.acme.dev', subject: 'ada' },
  purpose: 'statements',
  environment: 'prod',
  groups: [],
  reviewBy: '2027-02-22',
  bindings: [],
  status: 'active',
};
const STORM_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const never = () => Promise.reject(new Error('not part of the storm'));

/** What the storm saw. */
export interface Storm {
  /** Lets a request try for the first lease of a new grant. */
  start(): Promise<void>;
  /** Lets a request try for the next lease of a grant that is running. */
  renew(): Promise<void>;
  readonly orders: KillDeps;
  /** Marks that the order has returned. */
  returned(): void;
  /** Leases handed over before, and after the order had returned. */
  readonly handed: { before: number; after: number };
  /** Latest end of any lease that was handed over. */
  readonly lastLeaseEnd: () => number;
  /** Asks for the offboarding proof, again and again while time passes. @returns when there was one, by the storm's clock */
  prove(): Promise<number | undefined>;
}

/** `tick` is how many milliseconds each step takes. */
export function startStorm(step: Step, tick: () => number, listed: boolean): Storm {
  const world = {
    now: NOW.getTime(),
    agent: AGENT,
    stops: [] as Stop[],
    version: 1,
    returned: false,
    lastLeaseEnd: 0,
  };
  const rows = new Map<string, Grant>();
  const running = sampleGrant({ status: 'active' });
  rows.set(running.grantId, running);
  const handed = { before: 0, after: 0 };
  const at = <Result>(name: string, run: () => Result) =>
    step(name, () => {
      world.now += tick();
      return run();
    });
  const grants = grantsIn(rows, at, listed);
  const deps = exchangeOver(at, grants, world);
  const context = { requestId: 'storm', log: { note: () => undefined } };
  const asking = { agent: AGENT.id, task: 'export-invoices', issuer: 'https://issuer.acme.dev' };

  /** The exchange from its first look at the clock on, without what comes before it. */
  async function attempt(open: (startedAt: Date) => Promise<Grant>): Promise<void> {
    const startedAt = deps.clock();
    try {
      await readActiveAgent(deps, asking);
      const grant = await open(startedAt);
      await handOver(deps, { grant, task: sampleTask(), startedAt }, context);
      world.lastLeaseEnd = Math.max(world.lastLeaseEnd, grant.leaseExpiresAt?.getTime() ?? 0);
    } catch {
      return;
    }
    // the answer leaves here, in the same turn
    if (world.returned) handed.after += 1;
    else handed.before += 1;
  }

  return {
    handed,
    start: () =>
      attempt(async (requestedAt) => {
        const leaseMs = sampleTask().leaseSeconds * 1000;
        const leaseExpiresAt = new Date(requestedAt.getTime() + leaseMs);
        const grant = sampleGrant({ requestedAt, leaseExpiresAt });
        await grants.reserve(grant, sampleEvent());
        return grant;
      }),
    renew: () =>
      attempt(async (now) => {
        const grant = rows.get(running.grantId) ?? running;
        return announceLease(deps, { grant, caller: {} as Caller, task: sampleTask(), now }, context);
      }),
    orders: ordersOver(at, grants, world),
    returned: () => {
      world.returned = true;
    },
    lastLeaseEnd: () => world.lastLeaseEnd,
    prove: () => proveIn(offboardingIn(at, grants, world), world),
  };
}

/** Asks until there is a proof, or for so long that there should have been one. */
async function proveIn(deps: OffboardDeps, world: World): Promise<number | undefined> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const answer = await proveOffboarding(deps, AGENT.id, 'storm').catch(() => undefined);
    if (answer?.state === 'dead') return world.now;
    // requests have their time first
    if (attempt > 4) world.now += 10_000;
  }
  return undefined;
}

function offboardingIn(at: Step, grants: GrantStore, world: World): OffboardDeps {
  const { privateKey, publicKey } = STORM_KEY;
  const rows: { watch?: Watch; document?: string } = {};
  return {
    agents: { find: () => at('prove-find', () => ({ agent: world.agent, version: world.version })) },
    registry: { findWorkload: never },
    grants,
    lists: { read: never },
    proofs: {
      read: () =>
        at('prove-read', () =>
          rows.watch === undefined
            ? undefined
            : { watch: rows.watch, ...(rows.document !== undefined && { document: rows.document }) },
        ),
      begin: (watch) =>
        at('prove-begin', () => {
          rows.watch ??= watch;
        }),
      store: (_, document) =>
        at('prove-store', () => {
          if (rows.document !== undefined) return false;
          rows.document = document;
          return true;
        }),
    },
    key: {
      sign: async (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'der' }),
      publicKey: async () => publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    catalog: sampleCatalog({ issuers: [], agents: [] }),
    clock: () => new Date(world.now),
    account: '111122223333',
    deployment: 'storm',
  };
}

interface World {
  lastLeaseEnd: number;
  now: number;
  agent: RegisteredAgent;
  stops: Stop[];
  version: number;
}

function grantsIn(rows: Map<string, Grant>, at: Step, listed: boolean): GrantStore {
  const put = (grant: Grant) => {
    rows.set(grant.grantId, grant);
    return grant;
  };
  const confirm = ({ grantId, leaseCount }: LeaseRecord) => {
    const row = rows.get(grantId);
    const isOurs =
      row !== undefined && ['reserved', 'active'].includes(row.status) && row.leaseCount === leaseCount;
    return isOurs ? put({ ...row, status: 'active' }) : undefined;
  };
  const list = () => at('list', () => ({ grants: listed ? [...rows.values()] : [] }));
  const known: Partial<GrantStore> = {
    reserve: (grant) => at('reserve', () => Boolean(put(grant))),
    get: (grantId) => at('get', () => rows.get(grantId)),
    beginLease: ({ seen, leaseExpiresAt }) =>
      at('begin', () => {
        const row = rows.get(seen.grantId);
        const isAsSeen = row?.status === seen.status && row.leaseCount === seen.leaseCount;
        return isAsSeen ? put({ ...row, leaseExpiresAt, leaseCount: row.leaseCount + 1 }) : undefined;
      }),
    confirmLease: (record) => at('confirm', () => confirm(record)),
    end: ({ grantId, status, from }) =>
      at('end', () => {
        const row = rows.get(grantId);
        if (row === undefined || !from.includes(row.status)) return { grant: row, moved: false };
        return { grant: put({ ...row, status }), moved: true };
      }),
    listByAgent: list,
    listByTask: list,
    listOpen: list,
  };
  return new Proxy(known, { get: (target, name) => Reflect.get(target, name) ?? never }) as GrantStore;
}

function exchangeOver(at: Step, grants: GrantStore, world: World): ExchangeDeps {
  const credentials = { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't' };
  const issued = (name: string) => () =>
    at(name, () => ({ credentials, expiresAt: new Date(world.now + 900_000) }));
  const deps: Partial<ExchangeDeps> = {
    catalog: sampleCatalog({ issuers: [], agents: [] }),
    grants,
    clock: () => new Date(world.now),
    place: { partition: 'aws', account: '111122223333', prefix: 'remit' },
    sts: { assumeRole: issued('assume'), scopeDown: issued('scope') },
    registry: {
      findAgent: never,
      findWorkload: never,
      readStanding: () => at('standing', () => ({ agent: world.agent, stops: [...world.stops] })),
    },
  };
  return deps as ExchangeDeps;
}

function ordersOver(at: Step, grants: GrantStore, world: World): KillDeps {
  const agents: Partial<AgentBook> = {
    find: () => at('find', (): SeenAgent => ({ agent: world.agent, version: world.version })),
    change: ({ version }, next) =>
      at('flip', () => {
        if (version !== world.version) return false;
        world.agent = next;
        world.version += 1;
        return true;
      }),
  };
  const nothing = (name: string) => () => at(name, () => undefined);
  const readList = () => at('read-list', () => ({ entries: [], confirmed: [], wide: false }));
  return {
    agents: agents as AgentBook,
    grants,
    catalog: sampleCatalog({ issuers: [], agents: [] }),
    clock: () => new Date(world.now),
    switches: {
      turnOn: (stop) =>
        at('switch', () => {
          world.stops = [{ ...stop, orders: 1 }];
          return undefined;
        }),
      turnOff: never,
      listOn: () => at('switches', () => [...world.stops]),
    },
    kills: {
      order: nothing('order'),
      progress: nothing('progress'),
      settle: never,
      listOpen: never,
      listSettled: never,
      find: never,
    },
    lists: {
      add: nothing('add'),
      confirm: nothing('confirm-list'),
      read: readList,
      roles: never,
      barred: never,
      findAccount: async () => undefined,
      noteAccount: never,
    },
    queue: { send: nothing('send') },
    pause: (seconds) =>
      at('pause', () => {
        world.now += seconds * 1000;
      }),
  };
}
