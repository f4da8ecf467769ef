// An owner whose issuer is written another way, or is of another provider: equal to nobody who signs in, so that the
// very person who owns the agent would approve for it, alone, and the function that issues would believe it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listRequests } from '../../src/core/approve/view.ts';
import type { Catalog } from '../../src/core/model.ts';
import { type DecisionScene, startDecisions } from '../support/decisions.ts';
import { forgeApproval } from '../support/forgery.ts';
import { PEOPLE_ISSUER, type Persona } from '../support/people.ts';
import { startPeopleApi } from '../support/people-api.ts';
import { refusalOf } from '../support/requests.ts';
import { startTables, type Tables } from '../support/tables.ts';

/** The catalog with this issuer for every owner; the subjects stay. */
const ownedBy = (issuer: string) => (catalog: Catalog) => ({
  ...catalog,
  agents: catalog.agents.map((agent) => ({ ...agent, owner: { ...agent.owner, issuer } })),
});

describe.each([
  ['a slash at the end', `${PEOPLE_ISSUER}/`],
  ['the host in capitals', 'https://LOGIN.acme.dev'],
  ['the port that https has anyway', `${PEOPLE_ISSUER}:443`],
  ['another provider', 'https://login.elsewhere.dev'],
])('an owner’s issuer with %s', (_name, issuer) => {
  let tables: Tables;
  let scene: DecisionScene;
  let ada: Persona;
  let ben: Persona;

  beforeAll(async () => {
    tables = await startTables();
    scene = await startDecisions(tables, ownedBy(issuer));
    ada = await scene.persona('ada', ['finance-leads', 'incident-commanders']);
    ben = await scene.persona('ben', ['finance-leads', 'incident-commanders']);
  });
  afterAll(() => tables.close());

  test.each(['approve', 'break-glass'] as const)(
    '[APPROVE-19] %s by the owner, or anybody',
    async (decision) => {
      const grant = await scene.ask('emergency');
      for (const as of [ada, ben]) {
        const refusal = await refusalOf(scene.decide({ grant, as, decision, reason: 'it is urgent' }));
        expect(refusal.code).toBe('owner_unknown');
      }
      expect((await scene.row(grant)).approvals).toEqual([]);
    },
  );

  test('[APPROVE-19] evidence that a compromised decision endpoint accepted', async () => {
    for (const as of [ada, ben]) {
      const row = await forgeApproval(scene, { grant: await scene.ask(), as });
      expect(await refusalOf(scene.verify(row))).toMatchObject({
        code: 'approval_invalid',
        detail: 'owner_unknown',
      });
    }
  });

  test('[APPROVE-19] who decides is told beforehand, and may deny', async () => {
    const grant = await scene.ask();
    const deps = { ...scene.exchange.deps, issuer: scene.people.config, people: scene.store };
    const seen = await listRequests(deps, await ben.verified(scene.exchange.deps.clock()));
    expect(seen.approvals.find(({ grantId }) => grantId === grant.grantId)?.mine).toBe('owner-unknown');
    expect((await scene.decide({ grant, as: ben, decision: 'deny' })).status).toBe('denied');
  });
});

describe('at run time', () => {
  test('[LIFE-22] an operator registers the own agent for an owner that is nobody', async () => {
    const tables = await startTables();
    const api = await startPeopleApi(tables);
    const mallory = await api.persona('mallory', ['finance-leads', 'remit-operators']);
    for (const issuer of [`${PEOPLE_ISSUER}/`, 'https://LOGIN.acme.dev', `${PEOPLE_ISSUER}:443`]) {
      const agent = {
        id: 'own-agent',
        owner: { issuer, subject: mallory.person.subject },
        purpose: 'my own agent',
        environment: 'prod',
        groups: [],
        bindings: [{ issuer: api.exchange.issuer.issuer, subject: 'own-agent' }],
      };
      const body = { act: 'agent.register', target: 'own-agent', reason: 'x', details: { agent } };
      expect(await api.call('POST', '/api/acts', { as: mallory, body })).toMatchObject({
        status: 400,
        body: { code: 'agent_malformed', where: 'owner.issuer' },
      });
    }
    await tables.close();
  });
});

describe('after the agent was given to somebody who signs in here', () => {
  test('[APPROVE-19] what asked before stays refused, as its owner of then is unknown for good', async () => {
    const tables = await startTables();
    const scene = await startDecisions(tables, ownedBy(`${PEOPLE_ISSUER}/`));
    const ben = await scene.persona('ben');
    const row = await forgeApproval(scene, { grant: await scene.ask(), as: ben });
    const catalog = ownedBy(PEOPLE_ISSUER)(scene.exchange.catalog);
    expect((await refusalOf(scene.verify(row, { catalog }))).detail).toBe('owner_unknown');
    await tables.close();
  });
});
