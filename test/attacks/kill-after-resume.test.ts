// A kill is not settled yet when people let its agent act again: what the agent asks for then is no part of the kill, and
// the schedule that goes over kills must leave it alone, while what was asked for before stays dead.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTask } from '../../src/core/exchange.ts';
import { kill, lift } from '../../src/core/kill/kill.ts';
import type { KillScope } from '../../src/core/kill/ports.ts';
import { settleKills } from '../../src/core/kill/settle.ts';
import { moveAgent } from '../../src/core/lifecycle/move.ts';
import type { Catalog } from '../../src/core/model.ts';
import { startExchange } from '../support/exchange.ts';
import { ORDER, ordersOver } from '../support/orders.ts';
import { askFor } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

test.each(['agent', 'task'] as const)(
  '[KILL-15] a grant of after a killed %s was given back is not ended by the kill',
  async (kind) => {
    const mark = Math.random().toString(36).slice(2, 8);
    const change = (catalog: Catalog): Catalog => ({
      ...catalog,
      agents: catalog.agents.map((agent) => ({ ...agent, id: `${agent.id}-${mark}` })),
      tasks: catalog.tasks.map((task) => ({ ...task, leaseSeconds: 900 })),
    });
    const exchange = await startExchange(tables, { change });
    const orders = ordersOver(tables, exchange);
    const ask = async () => startTask(exchange.deps, await askFor(exchange), exchange.context);
    const status = async (grant: typeof before.grant) =>
      (await exchange.deps.grants.get(grant.grantId))?.status;
    const before = await ask();
    const scope: KillScope =
      kind === 'agent' ? { kind, id: before.grant.agent } : { kind, id: before.grant.task };
    const moment = { at: exchange.deps.clock(), requestId: `kill-${mark}` };
    // the index has not shown the grant yet
    const blind = async () => ({ grants: [] });
    const late = { ...orders.grants, listByAgent: blind, listByTask: blind };
    await kill({ ...orders, grants: late }, { scope, order: ORDER }, moment);
    exchange.pass(30);
    const again = { at: exchange.deps.clock(), requestId: `again-${mark}` };
    if (scope.kind === 'agent') await moveAgent(orders, { id: scope.id, act: 'resume', order: ORDER }, again);
    else if (scope.kind === 'task') await lift(orders, { scope, order: ORDER }, again);
    const after = await ask();
    await settleKills(orders, { at: exchange.deps.clock(), requestId: 'settle' });
    expect(await status(before.grant)).toBe('killed');
    expect(await status(after.grant)).toBe('active');
    const listed = (await orders.lists.read(after.grant.roleArn)).entries.map(({ grantId }) => grantId);
    expect(listed).toContain(before.grant.grantId);
    expect(listed).not.toContain(after.grant.grantId);
  },
);
