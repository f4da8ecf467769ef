// The owner of an agent approves what the agent asks for: as an approver, by break-glass, after the ownership has been
// moved away on the row or in the registry.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import type { Persona } from '../support/people.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

let tables: Tables;
let scene: DecisionScene;
let ada: Persona;
let ben: Persona;

beforeAll(async () => {
  tables = await startTables();
  scene = await startDecisions(tables);
  ada = await scene.persona('ada', ['finance-leads', 'incident-commanders']);
  ben = await scene.persona('ben');
});
afterAll(() => tables.close());

test.each(['approve', 'deny', 'break-glass'] as const)('[APPROVE-13] %s', async (decision) => {
  const grant = await scene.ask('emergency');
  const refusal = await refusalOf(scene.decide({ grant, as: ada, decision, reason: 'it is mine' }));
  expect(refusal.code).toBe('owner_may_not_decide');
});

test('[APPROVE-13] evidence of the owner that a compromised decision endpoint accepted', async () => {
  const row = await forgeApproval(scene, { grant: await scene.ask(), as: ada });
  expect(await refusalOf(scene.verify(row))).toMatchObject({
    code: 'approval_invalid',
    detail: 'owner_may_not_decide',
  });
});

test('[APPROVE-13] the owner rewritten on the row, while the registry has changed too', async () => {
  const grant = await scene.ask();
  const row = { ...(await forgeApproval(scene, { grant, as: ada })), owner: ben.person };
  const { catalog } = scene.exchange;
  const agents = catalog.agents.map((agent) => ({ ...agent, owner: ben.person }));
  const refusal = await refusalOf(scene.verify(row, { catalog: { ...catalog, agents } }));
  expect(refusal).toMatchObject({
    code: 'approval_invalid',
    detail: 'request_damaged: facts of another grant',
  });
});

test('[APPROVE-13] somebody who approved and owns the agent by now', async () => {
  const grant = await scene.ask();
  const row = await scene.decide({ grant, as: ben });
  const { catalog } = scene.exchange;
  const agents = catalog.agents.map((agent) => ({ ...agent, owner: ben.person }));
  expect(await refusalOf(scene.verify(row, { catalog: { ...catalog, agents } }))).toMatchObject({
    code: 'approval_invalid',
    detail: 'owner_may_not_decide',
  });
});

test('[APPROVE-13] ownership is moved away while the request waits: neither the old owner nor the new one decides', async () => {
  const { registry } = scene.exchange.deps;
  const moved = async (id: string) => {
    const agent = await registry.findAgent(id);
    return agent && { ...agent, owner: ben.person };
  };
  const deps = {
    ...scene.deps,
    registry: {
      findAgent: moved,
      readStanding: async (of: Parameters<typeof registry.readStanding>[0]) => ({
        ...(await registry.readStanding(of)),
        agent: await moved(of.agent),
      }),
    },
  };
  const grant = await scene.ask();
  for (const as of [ada, ben])
    for (const decision of ['approve', 'deny'] as const)
      expect((await refusalOf(scene.decide({ grant, as, decision, deps }))).code).toBe(
        'owner_may_not_decide',
      );
  expect((await scene.row(grant)).approvals).toEqual([]);
  // and what a compromised decision endpoint accepted of the old owner
  const row = await forgeApproval(scene, { grant, as: ada });
  const { catalog } = scene.exchange;
  const agents = catalog.agents.map((agent) => ({ ...agent, owner: ben.person }));
  expect(await refusalOf(scene.verify(row, { catalog: { ...catalog, agents } }))).toMatchObject({
    code: 'approval_invalid',
    detail: 'owner_may_not_decide',
  });
});
