// A whole exchange for tests: real verification, policies and DynamoDB adapters, an STS that remembers what it
// minted, a clock that stands still until it is moved, and a switch that crashes the process at any step.

import { randomBytes } from 'node:crypto';
import { createBudgetStore } from '../../src/adapters/aws/budget-table.ts';
import { createEvidenceReader } from '../../src/adapters/aws/evidence-table.ts';
import { createFindingStore } from '../../src/adapters/aws/findings-table.ts';
import { createDecisionStore } from '../../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { createRegistry, createRegistryWriter } from '../../src/adapters/aws/registry-table.ts';
import { createReplayLedger } from '../../src/adapters/aws/replay-table.ts';
import { createAuthorizer } from '../../src/core/authorize/authorizer.ts';
import type { ExchangeDeps, RequestContext } from '../../src/core/deps.ts';
import { syncAgents } from '../../src/core/lifecycle/sync-agents.ts';
import type { Catalog, Issuer } from '../../src/core/model.ts';
import type { CredentialIssuer, ScopeDownRequest, SessionRequest } from '../../src/core/ports.ts';
import { sampleAgent, sampleCatalog } from './catalog.ts';
import { NOW } from './grant.ts';
import { createTestIssuer } from './issuer.ts';
import { CONSOLE_ORIGIN, createTestPeople, type TestPeople } from './people.ts';
import { TABLES, type Tables } from './tables.ts';

/** What STS was asked for, in order. */
export interface MintLog {
  readonly assumed: SessionRequest[];
  readonly scoped: ScopeDownRequest[];
}

/** Everything a test of the exchange turns and looks at. */
export interface ExchangeUnderTest {
  readonly deps: ExchangeDeps;
  readonly minted: MintLog;
  /** The issuer whose people decide. */
  readonly people: TestPeople;
  /** Grants whose workflow was started, in order. */
  readonly started: string[];
  readonly catalog: Catalog;
  readonly issuer: Issuer;
  /** Public keys of the issuer of workloads. */
  readonly keySet: unknown;
  /** Signs an assertion of this subject, valid now. */
  assertion(subject?: string, claims?: Record<string, unknown>): Promise<string>;
  /** Moves the clock. */
  pass(seconds: number): void;
  readonly context: RequestContext;
  readonly notes: Record<string, unknown>;
  /** Names of the port calls made since the last reset. */
  readonly calls: string[];
  /** Lets the process die around the n-th port call from now; every later call fails too. */
  crashAt(step: number, when: 'before' | 'after'): void;
  /** Lets the n-th port call from now fail with this error, once; the process goes on. */
  failAt(step: number, error: Error): void;
  /** A new process: nothing fails any more. */
  restart(): void;
}

/** The process is gone: no code of it runs on, so nothing may catch this and go on. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

interface Options {
  readonly replay?: Issuer['replay'];
  readonly change?: (catalog: Catalog) => Catalog;
}

export async function startExchange(tables: Tables, options: Options = {}): Promise<ExchangeUnderTest> {
  const signer = await createTestIssuer({ kind: 'oidc', issuer: `https://${randomName()}.acme.dev` });
  const issuer: Issuer = { ...signer.config, replay: options.replay ?? 'single-use' };
  const agents = [sampleAgent(issuer), sampleAgent(issuer, 'sibling-agent', 'sibling')];
  const base = sampleCatalog({ issuers: [issuer], agents });
  const catalog = options.change ? options.change(base) : base;
  const { client } = tables;
  const occasion = { clock: () => NOW, requestId: 'sync' };
  await syncAgents(createRegistryWriter({ client, table: TABLES.registry, occasion }), catalog);

  const time = { now: NOW };
  const minted: MintLog = { assumed: [], scoped: [] };
  const faults = createFaults();
  const notes: Record<string, unknown> = {};
  const people = createTestPeople();
  const started: string[] = [];
  const rows = { client, table: TABLES.grants };
  const evidence = { client, table: TABLES.evidence, peopleTable: TABLES.people };
  const ports = {
    decisions: createDecisionStore(rows),
    evidence: createEvidenceReader(evidence),
    findings: createFindingStore({ client, table: TABLES.findings }),
    workflow: { start: async (grantId: string) => void started.push(grantId) },
    grants: createGrantStore({ client, table: TABLES.grants, registryTable: TABLES.registry }),
    budgets: createBudgetStore({ client, table: TABLES.budgets, grantsTable: TABLES.grants }),
    replay: createReplayLedger({ client, table: TABLES.replay }),
    registry: createRegistry({ client, table: TABLES.registry }),
    sts: createSts(minted, () => time.now),
  };
  const deps: ExchangeDeps = {
    catalog,
    keys: signer.keys,
    clock: () => time.now,
    random: { bytes: (count) => randomBytes(count) },
    authorizer: createAuthorizer(catalog),
    place: { partition: 'aws', account: '111122223333', prefix: 'remit' },
    decisions: faults.wrap(ports.decisions),
    workflow: faults.wrap(ports.workflow),
    approvals: {
      evidence: faults.wrap(ports.evidence),
      people: people.trust,
      site: { origin: CONSOLE_ORIGIN },
    },
    findings: faults.wrap(ports.findings),
    grants: faults.wrap(ports.grants),
    budgets: faults.wrap(ports.budgets),
    pause: async () => undefined,
    replay: faults.wrap(ports.replay),
    registry: faults.wrap(ports.registry),
    sts: faults.wrap(ports.sts),
  };
  return {
    deps,
    minted,
    people,
    started,
    catalog,
    issuer,
    keySet: signer.keySet,
    notes,
    calls: faults.calls,
    crashAt: faults.crashAt,
    failAt: faults.failAt,
    restart: faults.restart,
    context: { requestId: 'request-1', log: { note: (facts) => void Object.assign(notes, facts) } },
    pass: (seconds) => {
      time.now = new Date(time.now.getTime() + seconds * 1000);
    },
    assertion: (subject = 'billing', claims = {}) => {
      const iat = Math.floor(time.now.getTime() / 1000);
      return signer.sign({ sub: subject, iat, exp: iat + 300, jti: randomName(), ...claims });
    },
  };
}

/** STS without IAM: credentials that name the call they came from. */
function createSts(minted: MintLog, clock: () => Date): CredentialIssuer {
  const credentials = (kind: string, count: number) => ({
    accessKeyId: `ASIA${kind}${count}`,
    secretAccessKey: `SECRET-${kind}-${count}`,
    sessionToken: `TOKEN-${kind}-${count}`,
  });
  const after = (seconds: number) => new Date(clock().getTime() + seconds * 1000);
  return {
    async assumeRole(request) {
      minted.assumed.push(request);
      return { credentials: credentials('PARENT', minted.assumed.length), expiresAt: after(900) };
    },
    async scopeDown(request) {
      minted.scoped.push(request);
      const expiresAt = after(request.durationSeconds);
      return { credentials: credentials('LEASE', minted.scoped.length), expiresAt, tokenUtilization: 40 };
    },
  };
}

function createFaults() {
  const calls: string[] = [];
  let crash: { step: number; when: 'before' | 'after' } | undefined;
  let failure: { step: number; error: Error } | undefined;
  async function around(name: string, call: () => Promise<unknown>): Promise<unknown> {
    const step = calls.length;
    calls.push(name);
    if (crash && (step > crash.step || (step === crash.step && crash.when === 'before')))
      throw new Crash(name);
    if (failure?.step === step) throw failure.error;
    const result = await call();
    if (crash && step === crash.step) throw new Crash(name);
    return result;
  }
  return {
    calls,
    crashAt(step: number, when: 'before' | 'after') {
      calls.length = 0;
      crash = { step, when };
    },
    failAt(step: number, error: Error) {
      calls.length = 0;
      failure = { step, error };
    },
    restart() {
      calls.length = 0;
      crash = undefined;
      failure = undefined;
    },
    wrap<Port extends object>(port: Port): Port {
      return new Proxy(port, {
        get(target, key) {
          const member: unknown = Reflect.get(target, key);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => around(String(key), () => member.apply(target, args));
        },
      });
    },
  };
}

function randomName(): string {
  return randomBytes(8).toString('hex');
}
