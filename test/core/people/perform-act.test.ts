// Signed acts that take long, break off, or are asked about again: what is told is what is known, and nothing is done
// twice.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { peopleAdminOver } from '../../../src/adapters/aws/people-admin-over.ts';
import { createPeopleStore } from '../../../src/adapters/aws/people-table.ts';
import { peopleIssuer } from '../../../src/config/people.ts';
import { settleKills } from '../../../src/core/kill/settle.ts';
import { agentDigest } from '../../../src/core/lifecycle/agent-digest.ts';
import { actUnsigned, openAct } from '../../../src/core/people/act.ts';
import type { ActDeps } from '../../../src/core/people/act-ports.ts';
import type { Act } from '../../../src/core/people/acts.ts';
import { ACT_SECONDS, performAct } from '../../../src/core/people/perform-act.ts';
import { Refusal } from '../../../src/core/refusal.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { ENROLLED } from '../../support/passkey-events.ts';
import { CONSOLE_ORIGIN, createPersona, type Persona } from '../../support/people.ts';
import { peopleEnvironment } from '../../support/people-environment.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

const target = 'sibling-agent';
let tables: Tables;
let exchange: ExchangeUnderTest;
let dora: Persona;
let deps: ActDeps;

beforeAll(async () => {
  tables = await startTables();
  exchange = await startExchange(tables);
  dora = createPersona(exchange.people, 'dora', ['remit-administrators']);
  await createPeopleStore({ client: tables.client, table: TABLES.people }).putPerson(dora.record, ENROLLED);
});
afterAll(() => tables.close());
beforeEach(() => {
  const env = {
    ...peopleEnvironment,
    PEOPLE_ISSUER: peopleIssuer.parse(exchange.people.config),
    CONSOLE_ORIGIN,
    PEOPLE_TABLE: TABLES.people,
    EVIDENCE_TABLE: TABLES.evidence,
    OUTBOX_TABLE: TABLES.outbox,
    GRANTS_TABLE: TABLES.grants,
    REGISTRY_TABLE: TABLES.registry,
    BUDGETS_TABLE: TABLES.budgets,
    CATALOG_FILE: 'in-memory',
    KILL_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/kill.fifo',
    OFFBOARDING_FUNCTION: 'remit-offboarding',
    TRAIL_BUCKET: 'trail',
  };
  deps = peopleAdminOver(env, {
    endpoint: tables.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    clock: exchange.deps.clock,
    catalog: exchange.catalog,
    killQueue: { send: async () => undefined },
    pause: async (seconds) => exchange.pass(seconds),
  });
});

/** Opens the act and signs it; the answer can be sent as often as wanted. */
async function signedAnswer(act: Act, details?: Record<string, unknown>) {
  const person = await dora.verified(exchange.deps.clock());
  const by = { person, requestId: `request of ${act}` };
  const asked = { act, target, reason: 'looked at it', ...(details && { details }) };
  const { nonce, challenge } = await openAct(deps, { ...asked, ...by });
  return { ...by, nonce, assertion: dora.key.assert({ challenge }) };
}

const told = async (answer: Awaited<ReturnType<typeof signedAnswer>>, over: ActDeps = deps) => {
  const { done, result } = await performAct(over, answer);
  return { done, result };
};
const settle = () => settleKills(deps, { at: deps.clock(), requestId: 'schedule' });

test('[PAPI-19] an act that takes longer than people wait goes on, and says how far it is until it is settled', async () => {
  const answer = await signedAnswer('agent.kill');
  let work: Promise<unknown> = Promise.resolve();
  const impatient: ActDeps = {
    ...deps,
    // the wait for what was under way is not over when the caller is answered
    patience: async (asked) => {
      work = asked;
      while ((await deps.kills.listOpen()).length === 0) await new Promise(setImmediate);
      return undefined;
    },
  };
  const first = await told(answer, impatient);
  expect(first).toMatchObject({ done: false, result: { killId: expect.any(String), ended: 0 } });
  await work;
  // the function that did it was frozen before it could say so
  const { killId } = first.result as { killId: string };
  expect(await deps.kills.find(killId)).toBeDefined();
  expect(await told(answer)).toMatchObject({ done: true, result: { killId } });
});

test('[PAPI-19] a kill that broke off is taken over by the schedule, and told as done when that has settled it', async () => {
  const answer = await signedAnswer('agent.kill');
  const dying: ActDeps = {
    ...deps,
    acts: { ...deps.acts, endAct: () => new Promise(() => undefined) },
    patience: async () => {
      while ((await deps.kills.listOpen()).length === 0) await new Promise(setImmediate);
      return undefined;
    },
  };
  expect((await told(answer, dying)).done).toBe(false);
  expect((await told(answer)).done).toBe(false);
  exchange.pass(150);
  await settle();
  expect(await told(answer)).toMatchObject({ done: true, result: { ended: 0 } });
});

async function digestNow(): Promise<string> {
  const seen = await deps.agents.find(target);
  if (seen === undefined) throw new Error('gone');
  return agentDigest(seen.agent);
}

test('[PAPI-19] an act that fails half way is not called done, and not done again by asking again', async () => {
  const answer = await signedAnswer('agent.resume', { agentDigest: await digestNow() });
  let writes = 0;
  const failing: ActDeps = {
    ...deps,
    agents: {
      ...deps.agents,
      change: async () => {
        writes += 1;
        throw new Refusal('store_unavailable');
      },
    },
  };
  expect((await refusalOf(performAct(failing, answer))).code).toBe('store_unavailable');
  expect((await refusalOf(performAct(failing, answer))).code).toBe('act_interrupted');
  expect((await refusalOf(performAct(deps, answer))).code).toBe('act_interrupted');
  expect(writes).toBe(1);
  // a new signature does it
  const again = await signedAnswer('agent.resume', { agentDigest: await digestNow() });
  expect(await told(again)).toMatchObject({ done: true, result: { status: 'active' } });
});

test('[PAPI-19] an act whose end nobody could keep is told as running, and later as broken off', async () => {
  const details = { owner: { issuer: 'https://login.acme.dev', subject: 'ada' } };
  const answer = await signedAnswer('agent.transfer', details);
  const forgetful: ActDeps = {
    ...deps,
    acts: {
      ...deps.acts,
      endAct: async () => {
        throw new Refusal('store_unavailable');
      },
    },
  };
  // it was done, and says so
  expect(await told(answer, forgetful)).toMatchObject({ done: true, result: { owner: { subject: 'ada' } } });
  expect(await told(answer)).toEqual({ done: false, result: undefined });
  exchange.pass(ACT_SECONDS + 1);
  const late = { ...answer, person: await dora.verified(exchange.deps.clock()) };
  expect((await refusalOf(performAct(deps, late))).code).toBe('act_interrupted');
});

test('[PAPI-17] the audit event of an act names the signature behind it', async () => {
  const answer = await signedAnswer('agent.transfer', {
    owner: { issuer: 'https://login.acme.dev', subject: 'grace' },
  });
  const events: unknown[] = [];
  const watched: ActDeps = {
    ...deps,
    agents: {
      ...deps.agents,
      change: (seen, next, event) => {
        events.push(event);
        return deps.agents.change(seen, next, event);
      },
    },
  };
  await performAct(watched, answer);
  expect(events).toMatchObject([
    { type: 'agent.transferred', requestId: answer.requestId, facts: { evidenceId: answer.nonce } },
  ]);
});

/** Answers once the ending of grants has been begun, as soon as there are so many. */
const hasty = (kills: number): ActDeps => ({
  ...deps,
  patience: async () => {
    while ((await deps.kills.listOpen()).length < kills) await new Promise(setImmediate);
    return undefined;
  },
});

test('[PAPI-19] a suspension and a retirement that go on are told by the ending of grants that they began', async () => {
  const person = await dora.verified(exchange.deps.clock());
  const open = (await deps.kills.listOpen()).length;
  const asked = { act: 'agent.suspend', target, reason: 'odd', person, requestId: 'suspension' } as const;
  const suspended = await actUnsigned(hasty(open + 1), asked);
  expect(suspended).toMatchObject({
    done: false,
    result: { killId: expect.any(String), says: expect.any(Array) },
  });
  const retired = await told(await signedAnswer('agent.retire'), hasty(open + 2));
  expect(retired).toMatchObject({ done: false, result: { killId: expect.any(String) } });
});
