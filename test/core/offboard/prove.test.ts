// Offboarding proofs over real tables: when there is one, what it says, and when there is none.

import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRegistryWriter } from '../../../src/adapters/aws/registry-table.ts';
import { moveAgent } from '../../../src/core/lifecycle/move.ts';
import { syncAgents } from '../../../src/core/lifecycle/sync-agents.ts';
import { proofSchema, verifyProof } from '../../../src/core/offboard/document.ts';
import type { Probe, ProbeResult } from '../../../src/core/offboard/ports.ts';
import { reportLines } from '../../../src/core/offboard/report.ts';
import { Crash } from '../../support/exchange.ts';
import { sampleEvent, sampleGrant } from '../../support/grant.ts';
import { startOffboarding } from '../../support/offboard.ts';
import { OLGA, ORDER } from '../../support/orders.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

const answering = (result: ProbeResult): Probe => ({ attempt: async () => result });
const REFUSED: ProbeResult = {
  outcome: 'refused',
  code: 'ExpiredToken',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::acme-invoices/cus_12345678/2026-10/x',
};
const parse = (proof: string | undefined) => proofSchema.parse(JSON.parse(proof ?? ''));

describe('a proof', () => {
  test('[OFF-1] [OFF-2] comes once everything is over, and says what was observed and what was not', async () => {
    const { retire, ask, exchange, started, agent, deps } = await startOffboarding(tables);
    await retire();
    const first = await ask();
    expect(first).toMatchObject({ state: 'waiting' });
    expect(first.checks.map(({ id, state }) => [id, state])).toEqual([
      ['retired', 'done'],
      ['waited-out', 'waiting'],
    ]);
    // 60 s of lease, 10 s of request, 10 s of margin from when it was first seen
    expect(first.until).toBe(new Date(exchange.deps.clock().getTime() + 80_000).toISOString());
    exchange.pass(79);
    expect((await ask()).state).toBe('waiting');
    exchange.pass(1);
    const { state, proof } = await ask();
    expect(state).toBe('dead');
    const { statement } = parse(proof);
    expect(statement).toMatchObject({
      agent: { id: agent },
      retired: { by: OLGA, reason: ORDER.reason },
      catalogDigest: exchange.catalog.digest,
    });
    const basis = Object.fromEntries(statement.checks.map((check) => [check.id, check.basis]));
    expect(basis).toMatchObject({
      retired: 'observed',
      'leases-over': 'observed',
      'last-credentials': 'reasoned',
      'no-new-lease': 'reasoned',
      'later-events': 'not-looked-at',
    });
    const leases = statement.checks.find(({ id }) => id === 'leases-over');
    expect(leases?.evidence).toMatchObject({ lastGrant: started.grant.grantId });
    expect(verifyProof(proof ?? '', await deps.key.publicKey())).toMatchObject({ isValid: true });
    const report = reportLines(parse(proof)).join('\n');
    for (const heading of ['Observed', 'Reasoned, not observed', 'Not looked at'])
      expect(report).toContain(`\n${heading}\n`);
  });

  test.each([
    ['asked for before the agent was seen retired', -1, 'dead'],
    ['asked for within what clocks may differ', 10, 'dead'],
    ['asked for later', 11, 'failed'],
  ])('[OFF-13] a grant that was %s: %3$s', async (_name, seconds, state) => {
    const { retire, ask, exchange, agent } = await startOffboarding(tables);
    await retire();
    const seenAt = exchange.deps.clock();
    await ask();
    const requestedAt = new Date(seenAt.getTime() + seconds * 1000);
    const { leaseExpiresAt: _none, ...ended } = sampleGrant({ agent, status: 'denied', leaseCount: 0 });
    await exchange.deps.grants.reserve({ ...ended, requestedAt }, sampleEvent());
    exchange.pass(100);
    const answer = await ask();
    const later = answer.checks.find(({ id }) => id === 'nothing-later');
    expect(answer.state).toBe(state);
    expect(later?.evidence).toMatchObject({
      retiredBy: seenAt.toISOString(),
      noRequestAfter: new Date(seenAt.getTime() + 10_000).toISOString(),
    });
    // what lies after the proof was made could not be seen in it
    expect(Date.parse(String(later?.evidence['noLeaseEndAfter']))).toBeLessThanOrEqual(
      exchange.deps.clock().getTime(),
    );
  });

  test('[OFF-13] of an agent that was retired long ago goes by the order', async () => {
    const { retire, ask, exchange } = await startOffboarding(tables);
    const { change } = await retire();
    exchange.pass(5000);
    await ask();
    exchange.pass(100);
    const later = (await ask()).checks.find(({ id }) => id === 'nothing-later');
    const retiredBy = new Date(change.at.getTime() + 300_000).toISOString();
    expect(later?.evidence).toMatchObject({ retiredBy });
  });

  test('[OFF-3] is one: whoever asks again, or at the same time, gets the same', async () => {
    const { retire, ask, exchange, agent } = await startOffboarding(tables);
    await retire();
    await ask();
    exchange.pass(100);
    const answers = await Promise.all([ask(), ask(), ask()]);
    exchange.pass(1000);
    answers.push(await ask());
    expect(new Set(answers.map(({ proof }) => proof)).size).toBe(1);
    const command = new GetCommand({ TableName: TABLES.registry, Key: { pk: `PROOF#${agent}` } });
    const { Item } = await tables.client.send(command);
    expect(Item).toMatchObject({ eventNumber: 1, event: { type: 'agent.proven', facts: { agent } } });
  });

  test('[OFF-3] a crash between signing and storing leaves nothing, and one after it the proof', async () => {
    const { retire, ask, exchange, deps } = await startOffboarding(tables);
    await retire();
    await ask();
    exchange.pass(100);
    const dies = { ...deps.proofs, store: () => Promise.reject(new Crash('before')) };
    await expect(ask({ proofs: dies })).rejects.toThrow(Crash);
    const lost: typeof deps.proofs = {
      ...deps.proofs,
      store: async (...given) => {
        await deps.proofs.store(...given);
        throw new Crash('after');
      },
    };
    await expect(ask({ proofs: lost })).rejects.toThrow(Crash);
    const kept = await ask();
    expect(kept).toMatchObject({ state: 'dead' });
    expect((await ask()).proof).toBe(kept.proof);
  });

  test('[OFF-4] there is none of an agent that is active or suspended, or that nobody knows', async () => {
    const { ask, orders, agent, exchange } = await startOffboarding(tables);
    expect((await refusalOf(ask())).code).toBe('agent_not_retired');
    const moment = { at: exchange.deps.clock(), requestId: 'suspend' };
    await moveAgent(orders, { id: agent, act: 'suspend', order: ORDER }, moment);
    exchange.pass(10_000);
    expect((await refusalOf(ask())).code).toBe('agent_not_retired');
  });
});

describe('no proof', () => {
  test('[OFF-5] while a lease lives, however long it was waited', async () => {
    const { retire, ask, exchange, started, deps } = await startOffboarding(tables);
    await retire();
    await ask();
    // as long as a request under way could get one at the latest
    exchange.pass(80);
    const { grantId } = started.grant;
    const late = exchange.deps.clock();
    const grants = {
      ...deps.grants,
      listByAgent: deps.grants.listByAgent.bind(deps.grants),
      get: async (id: typeof grantId) => {
        const row = await deps.grants.get(id);
        return row && { ...row, leaseExpiresAt: late };
      },
    };
    expect(await ask({ grants })).toMatchObject({ state: 'waiting' });
    exchange.pass(9);
    expect((await ask({ grants })).state).toBe('waiting');
    exchange.pass(1);
    expect((await ask({ grants })).state).toBe('dead');
  });

  test('[OFF-5] while a grant is open: the index may lag, the rows are read again', async () => {
    const { retire, ask, exchange, deps } = await startOffboarding(tables);
    await retire();
    await ask();
    exchange.pass(100);
    const get: typeof deps.grants.get = async (id) => {
      const row = await deps.grants.get(id);
      return row && { ...row, status: 'active' };
    };
    const grants = { ...deps.grants, listByAgent: deps.grants.listByAgent.bind(deps.grants), get };
    const answer = await ask({ grants });
    expect(answer.state).toBe('waiting');
    expect(answer.checks.find(({ state }) => state === 'waiting')?.id).toBe('grants-ended');
  });

  test('[OFF-6] when the last credentials still work', async () => {
    const { retire, ask, exchange } = await startOffboarding(tables, {
      probe: answering({ ...REFUSED, outcome: 'allowed', code: '200' }),
    });
    await retire();
    await ask();
    exchange.pass(100);
    const answer = await ask();
    expect(answer).toMatchObject({ state: 'failed' });
    expect(answer.proof).toBeUndefined();
  });

  test('[OFF-6] a refusal of them is observed, and its code is told', async () => {
    const { retire, ask, exchange } = await startOffboarding(tables, { probe: answering(REFUSED) });
    await retire();
    await ask();
    exchange.pass(100);
    const { statement } = parse((await ask()).proof);
    const check = statement.checks.find(({ id }) => id === 'last-credentials');
    expect(check).toMatchObject({ basis: 'observed' });
    expect(String(check?.evidence['outcomes'])).toContain('s3:GetObject on arn:aws:s3:::acme-invoices');
    expect(String(check?.evidence['outcomes'])).toContain('refused ExpiredToken');
    expect(check?.why).toContain('Last credentials refused: 1 of 1.');
  });

  test('[OFF-7] before the kill list of a long lease was confirmed or its lease is long over', async () => {
    const { retire, ask, exchange, orders, started } = await startOffboarding(tables, { leaseSeconds: 600 });
    await retire();
    await ask();
    exchange.pass(625);
    const waiting = await ask();
    expect(waiting.state).toBe('waiting');
    expect(waiting.checks.find(({ state }) => state === 'waiting')?.id).toBe('kill-lists');
    const { entries } = await orders.lists.read(started.grant.roleArn);
    const at = exchange.deps.clock();
    await orders.lists.confirm(started.grant.roleArn, { at, entries, wide: false, over: [] });
    const { statement } = parse((await ask()).proof);
    const check = statement.checks.find(({ id }) => id === 'kill-lists');
    expect(check?.evidence).toMatchObject({ roles: [started.grant.roleArn], unconfirmed: [] });
  });
});

test('[OFF-7] a kill list that could not be written in another account is waited for, and the account is named', async () => {
  const { retire, ask, exchange, deps } = await startOffboarding(tables, { leaseSeconds: 600 });
  const elsewhere = { account: '999988887777' };
  await retire();
  await ask(elsewhere);
  exchange.pass(625);
  expect((await ask(elsewhere)).checks.find(({ state }) => state === 'waiting')?.id).toBe('kill-lists');
  exchange.pass(180);
  const { statement } = parse((await ask(elsewhere)).proof);
  const check = statement.checks.find(({ id }) => id === 'kill-lists');
  expect(check?.evidence).toMatchObject({ beyondReach: [deps.account] });
});

test('[OFF-7] the long lease of a grant that its agent had completed needs its kill list too', async () => {
  const { retire, ask, exchange, orders, started, deps } = await startOffboarding(tables, {
    leaseSeconds: 600,
  });
  const { grantId, roleArn } = started.grant;
  const at = exchange.deps.clock();
  const end = { grantId, status: 'completed', reason: 'done', at, from: ['active'] } as const;
  await exchange.deps.grants.end(end, sampleEvent());
  await retire();
  await ask();
  const { entries } = await orders.lists.read(roleArn);
  await orders.lists.confirm(roleArn, { at: deps.clock(), entries, wide: false, over: [] });
  exchange.pass(625);
  const { statement } = parse((await ask()).proof);
  const check = statement.checks.find(({ id }) => id === 'kill-lists');
  expect(check?.evidence).toMatchObject({ roles: [roleArn], unconfirmed: [] });
});

describe('identities', () => {
  test('[OFF-8] of a retired agent stay its own through deployments that say otherwise', async () => {
    const { retire, ask, exchange, agent, deps } = await startOffboarding(tables);
    await retire();
    await ask();
    const { catalog } = exchange;
    const [mine, sibling] = catalog.agents;
    if (mine === undefined || sibling === undefined) throw new Error('two agents');
    const moved = { ...sibling, bindings: [...sibling.bindings, ...mine.bindings] };
    const stripped = { ...mine, bindings: [{ issuer: exchange.issuer.issuer, subject: 'else' }] };
    const writer = createRegistryWriter({ client: tables.client, table: TABLES.registry });
    const { conflicts } = await syncAgents(writer, { ...catalog, agents: [stripped, moved] });
    expect(conflicts).toHaveLength(1);
    exchange.pass(100);
    const { statement } = parse((await ask()).proof);
    const check = statement.checks.find(({ id }) => id === 'identities-blocked');
    expect(check?.evidence['identities']).toEqual([`billing at ${exchange.issuer.issuer}`]);
    const [binding] = mine.bindings;
    expect(await deps.registry.findWorkload(binding?.issuer ?? '', binding?.subject ?? '')).toMatchObject({
      agent,
    });
  });

  test('[OFF-8] that a deployment under way gave back are claimed by retiring again', async () => {
    const { retire, ask, exchange, orders, agent } = await startOffboarding(tables);
    await retire();
    await ask();
    const [binding] = exchange.catalog.agents[0]?.bindings ?? [];
    if (binding === undefined) throw new Error('an identity');
    await orders.agents.release(agent, binding);
    exchange.pass(100);
    expect(await ask()).toMatchObject({ state: 'failed' });
    await retire();
    expect(await ask()).toMatchObject({ state: 'dead' });
  });
});
