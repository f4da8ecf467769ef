// Questions that walk through more agents than one answer looks at: part by part, each agent once.

import { describe, expect, test } from 'vitest';
import { readOn } from '../../../cli/read-on.ts';
import { createAuthorizer } from '../../../src/core/authorize/authorizer.ts';
import type { AgentStatus, RegisteredAgent } from '../../../src/core/model.ts';
import type { Answer, QuestionPorts } from '../../../src/core/questions/question.ts';
import { findQuestion } from '../../../src/core/questions/questions.ts';
import { reportOwners } from '../../../src/core/review/owners.ts';
import { sampleAgent } from '../../support/catalog.ts';
import { NOW } from '../../support/grant.ts';
import { CATALOG, ISSUER } from '../../support/questions.ts';
import { refusalOf } from '../../support/requests.ts';

const COUNTS: Readonly<Record<AgentStatus, number>> = {
  active: 2350,
  suspended: 130,
  proposed: 20,
  retired: 9,
};
const agentOf = (id: string, status: AgentStatus): RegisteredAgent => ({
  ...sampleAgent(ISSUER, id, id),
  reviewBy: '2026-11-01',
  status,
});

/** A registry of that many; its cursors are numbers. */
const agents = {
  async listByStatus(
    status: AgentStatus,
    { limit, next }: { readonly limit: number; readonly next?: string },
  ) {
    const from = next === undefined ? 0 : Number(next);
    const to = Math.min(from + limit, COUNTS[status]);
    const page = Array.from({ length: to - from }, (_, at) => agentOf(`${status}-${from + at}`, status));
    return { agents: page, ...(to < COUNTS[status] && { next: String(to) }) };
  },
  async find(id: string) {
    const [status = ''] = id.split('-');
    return { agent: agentOf(id, status as AgentStatus), version: 1 };
  },
};
const ports = {
  catalog: CATALOG,
  authorizer: createAuthorizer(CATALOG),
  agents,
  grants: { listByAgent: async () => ({ grants: [] }) },
  place: { partition: 'aws', account: '111122223333', prefix: 'remit' },
  clock: () => NOW,
} as unknown as QuestionPorts;

/** All parts, and how many there were. */
async function whole(name: string, given: Readonly<Record<string, string>>): Promise<[Answer, number]> {
  const { run } = findQuestion(name);
  const told: string[] = [];
  const first = await run(ports, given);
  const all = await readOn(
    first,
    (next) => run(ports, { ...given, next }),
    (line) => told.push(line),
  );
  return [all, told.length + 1];
}
const namesOf = ({ rows }: Answer) => new Set(rows.map(([agent]) => agent));

describe('[ASK-20] a question that walks through agents', () => {
  test.each<[string, Record<string, string>, number]>([
    ['idle', {}, 2350],
    ['overdue', {}, 2500],
    ['could', { task: 'export-invoices' }, 2500],
    ['blast', { issuer: ISSUER.issuer }, 2500],
  ])('%s tells of every one once', async (name, given, count) => {
    const [all, parts] = await whole(name, given);
    expect(parts).toBeGreaterThan(2);
    expect(all).toMatchObject({ isCut: false });
    expect(all).not.toHaveProperty('next');
    expect(namesOf(all).size).toBe(count);
    if (name !== 'blast') expect(all.rows).toHaveLength(count);
  });

  test('says in each part that there are more, and how to go on', async () => {
    const first = await findQuestion('idle').run(ports, {});
    expect(first).toMatchObject({
      isCut: true,
      next: expect.any(String),
      note: expect.stringMatching(/--all/),
    });
  });

  test.each(['x', '', 'e30', Buffer.from('{"at":9}').toString('base64url'), 'A'.repeat(5000)])(
    'takes no cursor that was made up: %s',
    async (next) => {
      const refusal = await refusalOf(findQuestion('idle').run(ports, { next }));
      expect([refusal.code, refusal.members]).toEqual(['question_malformed', { parameter: 'next' }]);
    },
  );

  test('a question that does not go on takes none', async () => {
    const { next = '' } = await findQuestion('idle').run(ports, {});
    expect((await refusalOf(findQuestion('holds').run(ports, { next }))).code).toBe('question_malformed');
  });

  test('the report of owners goes on too', async () => {
    const seen = new Set<string>();
    let from: string | undefined;
    do {
      const report = await reportOwners({ agents, clock: () => NOW, from });
      for (const { agent } of report.owners) seen.add(agent);
      expect(report.partial).toBe(report.next !== undefined);
      from = report.next;
    } while (from !== undefined);
    expect(seen.size).toBe(2500);
  });
});
