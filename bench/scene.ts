// What every measurement of the request path plays with: a catalog, an issuer, signed assertions, one request.

import type { Agent, Catalog, Issuer, RegisteredAgent } from '../src/core/model.ts';
import { sampleAgent, sampleCatalog } from '../test/support/catalog.ts';
import { createTestIssuer, type TestIssuer } from '../test/support/issuer.ts';

export interface BenchScene {
  readonly catalog: Catalog;
  readonly agent: Agent & Pick<RegisteredAgent, 'reviewBy'>;
  readonly issuer: Issuer;
  readonly signer: TestIssuer;
  /** Assertions of the agent's workload, in turn. */
  nextAssertion(): string;
}

/** What is asked for, always the same. */
export const ASKED = {
  task: 'export-invoices',
  parameters: { customer: 'cus_12345678', month: '2026-10' },
  purpose: 'monthly statement',
} as const;

export const PLACE = { partition: 'aws', account: '111122223333', prefix: 'remit' } as const;

/** Signs `count` assertions ahead, so that signing is no part of what is measured. */
export async function setScene(algorithm: 'RS256' | 'ES256', count = 64): Promise<BenchScene> {
  const signer = await createTestIssuer({ kind: 'oidc', issuer: 'https://issuer.acme.dev', algorithm });
  const issuer: Issuer = { ...signer.config, replay: 'single-use' };
  // measured by the clock of the machine, in whatever year
  const agent = { ...sampleAgent(issuer), reviewBy: '9999-12-31' };
  const assertions = await Promise.all(Array.from({ length: count }, () => signer.sign({ sub: 'billing' })));
  let next = 0;
  return {
    catalog: sampleCatalog({ issuers: [issuer], agents: [agent] }),
    agent,
    issuer,
    signer,
    nextAssertion() {
      next += 1;
      return assertions[next % count] ?? '';
    },
  };
}
