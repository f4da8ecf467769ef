// Rows of a registry with many agents, in batches that DynamoDB takes at once.

import { agentKey, registeredAttributes, workloadKey } from '../../src/adapters/aws/registry-item.ts';

const AGENTS_PER_BATCH = 12;

interface Put {
  readonly PutRequest: { readonly Item: Record<string, unknown> };
}

/** An agent and its workload row each: `agent-<n>`, bound to `subject-<n>`. */
export function* registryRows(count: number, first = 0): Generator<Put[]> {
  for (let from = first; from < count; from += AGENTS_PER_BATCH) {
    const numbers = Array.from(
      { length: Math.min(AGENTS_PER_BATCH, count - from) },
      (_, index) => from + index,
    );
    yield numbers.flatMap((number) => rowsOf(number)).map((Item) => ({ PutRequest: { Item } }));
  }
}

function rowsOf(number: number): Record<string, unknown>[] {
  const id = `agent-${number}`;
  const binding = { issuer: 'https://issuer.acme.dev', subject: `subject-${number}` };
  const agent = registeredAttributes({
    id,
    owner: { issuer: 'https://login.acme.dev', subject: `owner-${number % 50}` },
    purpose: 'statements',
    environment: 'prod',
    groups: ['billing'],
    reviewBy: '2027-02-22',
    bindings: [binding],
    status: 'active',
  });
  return [
    { pk: agentKey(id), version: 1, ...agent },
    { pk: workloadKey(binding.issuer, binding.subject), agent: id, claims: {} },
  ];
}
