// What every registry does, whatever it stands on.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Agent } from '../../src/core/model.ts';
import type { Registry, RegistryWriter } from '../../src/core/ports.ts';

export interface RegistryUnderTest {
  readonly registry: Registry;
  readonly writer: RegistryWriter;
  /** Changes a status as an operator would. */
  setStatus(agent: string, status: string): Promise<void>;
  close(): Promise<void>;
}

const binding = { issuer: 'https://issuer.acme.dev', subject: 'billing' };
const agent: Agent = {
  id: 'billing-agent',
  owner: { issuer: 'https://login.acme.dev', subject: 'ada', name: 'Ada' },
  purpose: 'statements',
  environment: 'prod',
  groups: ['billing'],
  reviewBy: '2027-02-22',
  bindings: [binding],
};

export function registryContract(name: string, start: () => Promise<RegistryUnderTest>): void {
  describe(`registry: ${name}`, () => {
    let under: RegistryUnderTest;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.close());

    test('[SYNC-1] an agent is created as active', async () => {
      await under.writer.putAgent(agent);
      expect(await under.registry.findAgent('billing-agent')).toEqual({ ...agent, status: 'active' });
    });

    test('[SYNC-2] putting an agent again never touches its status', async () => {
      await under.writer.putAgent(agent);
      await under.setStatus('billing-agent', 'retired');
      await under.writer.putAgent({ ...agent, purpose: 'other' });
      expect(await under.registry.findAgent('billing-agent')).toMatchObject({
        status: 'retired',
        purpose: 'other',
      });
    });

    test('[SYNC-3] an identity belongs to one agent, also when fifty claim it at once', async () => {
      const contested = { ...binding, subject: 'contested' };
      const names = Array.from({ length: 50 }, (_, index) => `agent-${index}`);
      const results = await Promise.all(names.map((each) => under.writer.bind(each, contested)));
      expect(results.filter(Boolean)).toHaveLength(1);
      const owner = names[results.indexOf(true)];
      expect(await under.registry.findWorkload(contested.issuer, 'contested')).toEqual({
        agent: owner,
        claims: {},
      });
    });

    test('binding again changes the claims that must hold', async () => {
      const mine = { ...binding, subject: 'mine', claims: { repository_id: '1' } };
      expect(await under.writer.bind('a', mine)).toBe(true);
      expect(await under.writer.bind('a', { ...mine, claims: { repository_id: '2' } })).toBe(true);
      const found = await under.registry.findWorkload(binding.issuer, 'mine');
      expect(found).toEqual({ agent: 'a', claims: { repository_id: '2' } });
    });

    test('only the agent that has an identity gives it up', async () => {
      const mine = { ...binding, subject: 'given-up' };
      await under.writer.bind('a', mine);
      await under.writer.unbind('b', mine);
      expect(await under.registry.findWorkload(binding.issuer, 'given-up')).toBeDefined();
      await under.writer.unbind('a', mine);
      expect(await under.registry.findWorkload(binding.issuer, 'given-up')).toBeUndefined();
    });

    test('what is not there is not found', async () => {
      expect(await under.registry.findAgent('nobody')).toBeUndefined();
      expect(await under.registry.findWorkload('https://nobody.dev', 'x')).toBeUndefined();
    });

    test('remembers which agents the catalog had', async () => {
      expect(await under.writer.readCataloguedAgents()).toEqual([]);
      await under.writer.writeCataloguedAgents(['a', 'b']);
      expect(await under.writer.readCataloguedAgents()).toEqual(['a', 'b']);
    });

    test('an agent without identities keeps its row and status', async () => {
      await under.writer.putAgent({ ...agent, id: 'leaver' });
      await under.setStatus('leaver', 'suspended');
      await under.writer.clearBindings('leaver');
      expect(await under.registry.findAgent('leaver')).toMatchObject({ status: 'suspended', bindings: [] });
    });
  });
}
