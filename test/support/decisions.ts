// Requests that people decide, over the real stores: agents whose requests wait, people with software passkeys, both
// calls of a decision, and the issuing function's own verification of what is on the row.

import { randomBytes } from 'node:crypto';
import { createEvidenceReader, createEvidenceStore } from '../../src/adapters/aws/evidence-table.ts';
import { createFindingStore } from '../../src/adapters/aws/findings-table.ts';
import { createDecisionStore } from '../../src/adapters/aws/grant-decisions.ts';
import { createPeopleStore } from '../../src/adapters/aws/people-table.ts';
import { type DecideDeps, openChallenge, recordDecision } from '../../src/core/approve/decide.ts';
import type { PasskeyAssertion } from '../../src/core/approve/evidence.ts';
import type { ApprovalNotice, Finding } from '../../src/core/approve/ports.ts';
import { type EvidenceDeps, verifyApprovals } from '../../src/core/approve/verify-evidence.ts';
import { findTask } from '../../src/core/deps.ts';
import { startTask } from '../../src/core/exchange.ts';
import type { Approval, Catalog, Decision, Grant, Parameters } from '../../src/core/model.ts';
import type { PeopleStore } from '../../src/core/people/ports.ts';
import type { Ceremony } from './authenticator.ts';
import { type ExchangeUnderTest, startExchange } from './exchange.ts';
import { ENROLLED } from './passkey-events.ts';
import { CONSOLE_ORIGIN, createPersona, type Persona, type TestPeople } from './people.ts';
import { withExtraTasks } from './people-api.ts';
import { askFor, refusalOf } from './requests.ts';
import { TABLES, type Tables } from './tables.ts';

/** A decision as a test wants it made. */
export interface Deciding {
  readonly grant: Grant;
  readonly as: Persona;
  readonly decision?: Decision;
  readonly reason?: string;
  /** What the authenticator signs differently. */
  readonly ceremony?: Partial<Ceremony>;
  /** @default one of the persona, of now */
  readonly idToken?: string;
  /** @default those of the scene */
  readonly deps?: DecideDeps;
}

/** A challenge that was answered and not yet sent. */
export interface Signed {
  readonly nonce: string;
  readonly assertion: PasskeyAssertion;
}

export interface DecisionScene {
  readonly exchange: ExchangeUnderTest;
  readonly people: TestPeople;
  readonly store: PeopleStore;
  readonly deps: DecideDeps;
  readonly evidenceDeps: EvidenceDeps;
  readonly notices: ApprovalNotice[];
  readonly woken: string[];
  /** All of the day. */
  findings(): Promise<readonly Finding[]>;
  /** With an active passkey of the day before. */
  persona(subject: string, groups?: readonly string[]): Promise<Persona>;
  ask(task?: string, parameters?: Parameters): Promise<Grant>;
  /** First call and signature. */
  sign(deciding: Deciding): Promise<Signed>;
  /** Second call. */
  send(signed: Signed, deciding: Deciding): Promise<Grant>;
  decide(deciding: Deciding): Promise<Grant>;
  row(grant: Grant): Promise<Grant>;
  /** What the issuing function does before it mints, with a row as the test wants it. */
  verify(grant: Grant, changes?: Partial<EvidenceDeps> & { readonly catalog?: Catalog }): Promise<void>;
}

/** Builds the flow over these tables. @param change of the catalog, beside the tasks that differ in who decides */
export async function startDecisions(
  tables: Tables,
  change: (catalog: Catalog) => Catalog = (catalog) => catalog,
): Promise<DecisionScene> {
  const exchange = await startExchange(tables, { change: (catalog) => change(withExtraTasks(catalog)) });
  const { people } = exchange;
  const notices: ApprovalNotice[] = [];
  const woken: string[] = [];
  const { deps, evidenceDeps, store, findings } = wire(tables, { exchange, people, notices, woken });
  const { context } = exchange;

  async function sign(deciding: Deciding): Promise<Signed> {
    const { grant, as, decision = 'approve', reason, ceremony } = deciding;
    const person = await as.verified(exchange.deps.clock());
    const intent = { person, grantId: grant.grantId, decision, reason };
    const { terms, challenge } = await openChallenge(deciding.deps ?? deps, intent, context);
    return { nonce: terms.nonce, assertion: as.key.assert({ challenge, ...ceremony }) };
  }

  async function send(signed: Signed, deciding: Deciding): Promise<Grant> {
    const { grant, as } = deciding;
    const now = exchange.deps.clock();
    const idToken = deciding.idToken ?? as.idToken(now);
    const answer = { person: await as.verified(now), idToken, grantId: grant.grantId, ...signed };
    return recordDecision(deciding.deps ?? deps, answer, context);
  }

  async function row({ grantId }: Pick<Grant, 'grantId'>): Promise<Grant> {
    const grant = await exchange.deps.grants.get(grantId);
    if (grant === undefined) throw new Error('no row');
    return grant;
  }

  return {
    exchange,
    people,
    store,
    deps,
    evidenceDeps,
    notices,
    woken,
    findings: () => {
      const now = exchange.deps.clock().getTime();
      const range = { from: new Date(now - 3_600_000), to: new Date(now + 1000), limit: 100 };
      return findings.listFindings(range);
    },
    async persona(subject, groups = ['finance-leads']) {
      const persona = createPersona(people, subject, groups);
      if (!(await store.putPerson(persona.record, ENROLLED))) throw new Error(`${subject} is there already`);
      return persona;
    },
    async ask(task = 'close-account', parameters = { amount: 70 }) {
      const asked = await askFor(exchange, { task, parameters });
      const refusal = await refusalOf(startTask(exchange.deps, asked, context));
      if (refusal.code !== 'grant_pending') throw refusal;
      return row({ grantId: String(refusal.members['grant_id']) as Grant['grantId'] });
    },
    sign,
    send,
    decide: async (deciding) => send(await sign(deciding), deciding),
    row,
    async verify(grant, { catalog = exchange.catalog, ...changes } = {}) {
      const task = findTask(catalog, grant.task);
      const agent = catalog.agents.find(({ id }) => id === grant.agent);
      if (task === undefined || agent === undefined) throw new Error('not in the catalog');
      await verifyApprovals(
        { ...evidenceDeps, ...changes },
        { grant, task, agent, now: exchange.deps.clock() },
      );
    },
  };
}

interface Parts {
  readonly exchange: ExchangeUnderTest;
  readonly people: TestPeople;
  readonly notices: ApprovalNotice[];
  readonly woken: string[];
}

function wire({ client }: Tables, { exchange, people, notices, woken }: Parts) {
  const store = createPeopleStore({ client, table: TABLES.people });
  const evidence = createEvidenceStore({ client, table: TABLES.evidence });
  const findings = createFindingStore({ client, table: TABLES.findings });
  const site = { origin: CONSOLE_ORIGIN };
  const deps: DecideDeps = {
    ...exchange.deps,
    decisions: createDecisionStore({ client, table: TABLES.grants }),
    people: store,
    evidence,
    challenges: evidence,
    counter: evidence,
    findings,
    notifier: {
      async notify(notice) {
        notices.push(notice);
        return [];
      },
    },
    workflow: {
      async wake(token) {
        woken.push(token);
        return true;
      },
    },
    trust: people.trust,
    site,
    random: { bytes: (count) => randomBytes(count) },
  };
  const evidenceDeps: EvidenceDeps = {
    evidence: createEvidenceReader({ client, table: TABLES.evidence, peopleTable: TABLES.people }),
    people: people.trust,
    site,
  };
  return { store, deps, evidenceDeps, findings };
}

/** The one decision on a row. @throws when there is another number */
export function onlyApproval({ approvals }: Grant): Approval {
  const [approval, ...others] = approvals;
  if (approval === undefined || others.length > 0) throw new Error(`${approvals.length} decisions`);
  return approval;
}
