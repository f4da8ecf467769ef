// The catalog's agents come into the registry; statuses are people's.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { syncAgents } from '../../../src/core/lifecycle/sync-agents.ts';
import type { Agent, Catalog, Issuer } from '../../../src/core/model.ts';
import type { RegistryUnderTest } from '../../contracts/registry.ts';
import { sampleAgent, sampleCatalog } from '../../support/catalog.ts';
import { registryOn } from '../../support/stores.ts';
import { startTables, type Tables } from '../../support/tables.ts';

const issuer = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
const catalogOf = (...agents: Agent[]): Catalog => sampleCatalog({ issuers: [issuer], agents });
const one = sampleAgent(issuer, 'one', 'subject-1');
const two = sampleAgent(issuer, 'two', 'subject-2');

let tables: Tables;
let under: RegistryUnderTest;
beforeAll(async () => {
  tables = await startTables();
});
beforeEach(async () => {
  under = registryOn(tables);
  await syncAgents(under.writer, catalogOf(one, two));
  for (const id of ['one', 'two']) await under.setStatus(id, 'active');
  await syncAgents(under.writer, catalogOf());
});
afterAll(() => tables.close());

const owner = async (subject: string) => (await under.registry.findWorkload(issuer.issuer, subject))?.agent;

describe('a sync', () => {
  test('[SYNC-4] binds each identity to its agent, and again changes nothing', async () => {
    for (const _ of [1, 2]) {
      const report = await syncAgents(under.writer, catalogOf(one, two));
      expect(report).toEqual({ agents: 2, unbound: 0, leftCatalog: [], conflicts: [], reclaimed: [] });
      expect([await owner('subject-1'), await owner('subject-2')]).toEqual(['one', 'two']);
    }
  });

  test('[SYNC-5] moves an identity from one agent to another in one deployment', async () => {
    await syncAgents(under.writer, catalogOf(one, two));
    const swapped = catalogOf({ ...one, bindings: two.bindings }, { ...two, bindings: one.bindings });
    expect(await syncAgents(under.writer, swapped)).toMatchObject({ unbound: 2, conflicts: [] });
    expect([await owner('subject-1'), await owner('subject-2')]).toEqual(['two', 'one']);
  });

  test('[SYNC-6] an agent that left the catalog keeps its row, without identities', async () => {
    await syncAgents(under.writer, catalogOf(one, two));
    expect(await syncAgents(under.writer, catalogOf(one))).toMatchObject({
      leftCatalog: ['two'],
      unbound: 1,
    });
    expect(await owner('subject-2')).toBeUndefined();
    expect(await under.registry.findAgent('two')).toMatchObject({ id: 'two', bindings: [] });
  });

  test('[SYNC-7] the identities of a retired agent stay blocked', async () => {
    await syncAgents(under.writer, catalogOf(one, two));
    await under.setStatus('two', 'retired');
    const heir = { ...one, bindings: [...one.bindings, ...two.bindings] };
    const report = await syncAgents(under.writer, catalogOf(heir));
    expect(report.conflicts).toEqual([`one ${issuer.issuer} subject-2`]);
    expect(await owner('subject-2')).toBe('two');
  });

  test('[SYNC-8] one that broke off is finished by the next', async () => {
    await syncAgents(under.writer, catalogOf(one, two));
    const broken = { ...under.writer, putAgent: () => Promise.reject(new Error('throttled')) };
    await expect(syncAgents(broken, catalogOf(one))).rejects.toThrow('throttled');
    expect(await syncAgents(under.writer, catalogOf(one))).toMatchObject({ leftCatalog: ['two'] });
    expect(await owner('subject-2')).toBeUndefined();
    expect(await owner('subject-1')).toBe('one');
  });
});
