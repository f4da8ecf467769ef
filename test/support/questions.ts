// What questions are asked of: real tables, a small catalog, and a trail in memory where a test wants one.

import { createAgentBook } from '../../src/adapters/aws/agents-table.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { writeRecord } from '../../src/core/audit/record.ts';
import { createAuthorizer } from '../../src/core/authorize/authorizer.ts';
import type { AgentStatus, Issuer, RegisteredAgent } from '../../src/core/model.ts';
import type { QuestionPorts } from '../../src/core/questions/question.ts';
import { findQuestion } from '../../src/core/questions/questions.ts';
import { sampleAgent, sampleCatalog } from './catalog.ts';
import { NOW, sampleEvent } from './grant.ts';
import { TABLES, type Tables } from './tables.ts';
import { memoryReader } from './trail.ts';

export const ISSUER = { name: 'ci', issuer: 'https://ci.acme.dev' } as Issuer;
export const CATALOG = sampleCatalog({ issuers: [ISSUER], agents: [sampleAgent(ISSUER)] });

/** Ports over these tables; the clock stands at NOW. */
export function portsOver({ client }: Tables): QuestionPorts {
  return {
    catalog: CATALOG,
    authorizer: createAuthorizer(CATALOG),
    agents: createAgentBook({ client, table: TABLES.registry }),
    grants: createGrantStore({ client, table: TABLES.grants }),
    place: { partition: 'aws', account: '111122223333', prefix: 'remit' },
    clock: () => NOW,
  };
}

/** Puts an agent into the registry. */
export async function putAgent(
  { client }: Tables,
  id: string,
  changes: Partial<RegisteredAgent> = {},
  status: AgentStatus = 'active',
): Promise<void> {
  const agent = { ...sampleAgent(ISSUER, id, id), ...changes, status };
  await createAgentBook({ client, table: TABLES.registry }).create(agent, sampleEvent('agent.registered'));
}

/** Asks one question. */
export function ask(ports: QuestionPorts, name: string, given: Readonly<Record<string, string>> = {}) {
  return findQuestion(name).run(ports, given);
}

interface Happened {
  readonly type: string;
  readonly time: string;
  readonly subject?: string;
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

/** A trail of these events, unchained: questions read, the verification proves. */
export function trailOf(events: readonly Happened[]) {
  const none = `sha256:${'0'.repeat(64)}`;
  const lines = events.map(({ type, time, subject = 'row', data }, index) =>
    writeRecord({
      shard: 0,
      seq: index + 1,
      at: time,
      prevHash: none,
      hash: none,
      event: {
        specversion: '1.0',
        id: `outbox/${subject}/${index + 1}`,
        source: 'urn:remit:test',
        type,
        subject,
        time,
        datacontenttype: 'application/json',
        dataschema: 'urn:remit:schema:audit-event:1',
        data: { requestId: 'request-1', ...data },
      },
    }),
  );
  return memoryReader(new Map([['shard=0/day=2026-11-24/0000000000000001.ndjson', `${lines.join('\n')}\n`]]));
}
