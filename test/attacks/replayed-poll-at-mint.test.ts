// Somebody listened to a poll of a request that waits, with its assertion, its handle and its DPoP proof, and sends it again
// once people have approved. The proof has counted with the poll that it came with.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Renewal, renewLease, startTask } from '../../src/core/exchange.ts';
import type { GrantHandle, GrantId } from '../../src/core/model.ts';
import { type ApprovalsUnderTest, startApprovals, type Waiting } from '../support/approvals.ts';
import { createProofKey } from '../support/dpop.ts';
import { askFor, refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let approvals: ApprovalsUnderTest;
beforeAll(async () => {
  tables = await startTables();
  approvals = await startApprovals(tables, (catalog) => ({
    ...catalog,
    issuers: catalog.issuers.map((issuer) => ({ ...issuer, replay: 'bound' })),
  }));
});
afterAll(() => tables.close());

test('[POLL-3] a poll that was overheard does not fetch the lease', async () => {
  const { exchange } = approvals;
  const { deps, context, pass } = exchange;
  const key = await createProofKey();
  const assertion = await exchange.assertion();
  const shown = async () => {
    const request = { method: 'POST', url: 'https://broker.acme.dev/oauth2/token' };
    return { assertion, proof: { ...request, text: await key.prove({ ...request, now: deps.clock() }) } };
  };
  const asked = await askFor(exchange, { task: 'close-account', parameters: { amount: 70 } });
  const { members } = await refusalOf(startTask(deps, { ...asked, shown: await shown() }, context));
  const named = { grantId: members['grant_id'] as GrantId, handle: members['auth_req_id'] as GrantHandle };
  const waiting: Waiting = { ...named, members };

  pass(5);
  const overheard: Renewal = { shown: await shown(), named, byPoll: true };
  expect((await refusalOf(renewLease(deps, overheard, context))).code).toBe('grant_pending');
  await approvals.decide(waiting);
  pass(1);
  expect((await refusalOf(renewLease(deps, overheard, context))).code).toBe('proof_invalid');
  expect(exchange.minted.assumed).toEqual([]);

  const own = { shown: await shown(), named, byPoll: true };
  expect((await renewLease(deps, own, context)).grant.status).toBe('active');
});
