// Everything one agent did between two times: from the audit trail where there is one, otherwise from its grants.

import type { TrailReader } from '../audit/ports.ts';
import { readTrail } from '../audit/read-trail.ts';
import type { TrailRecord } from '../audit/record.ts';
import type { Grant } from '../model.ts';
import { named, rangeOf, time } from './parameters.ts';
import { answer, type Cell, type QuestionPorts, question, ROWS_SHOWN } from './question.ts';
import { requireKnown } from './read-agents.ts';
import { list, longestLifeMs, rowsOf } from './read-grants.ts';

const COLUMNS = ['at', 'what', 'task', 'grant', 'detail'];
/** Facts with columns of their own, and hashes that say nothing to people. */
const NOT_TOLD = new Set(['agent', 'task', 'grantId', 'requestId', 'resources']);

interface Range {
  readonly from: Date;
  readonly to: Date;
}

interface Told {
  readonly rows: readonly (readonly Cell[])[];
  readonly isCut: boolean;
}

/** One agent's acts in the order of time. */
export const agent = question({
  name: 'agent',
  sentence: 'What did an agent do between two times?',
  parameters: {
    agent: named('agent', 'the agent'),
    from: time('from this time on; the last day when left out'),
    to: time('until this time; now when left out'),
  },
  async answer(ports, { agent: id, ...given }) {
    const range = rangeOf(ports.clock(), given, 1);
    const { trail } = ports;
    const { rows, isCut } = trail ? await fromTrail(trail, id, range) : await fromGrants(ports, id, range);
    if (rows.length === 0) await requireKnown(ports, id);
    const source = trail
      ? 'read from the audit trail, which may be seconds behind'
      : 'there is no audit trail to read: these are the beginnings and ends of grants, without each renewal and refusal';
    return answer(COLUMNS, rows, { isCut, notes: [source] });
  },
});

async function fromTrail(trail: TrailReader, id: string, range: Range): Promise<Told> {
  const found: TrailRecord[] = [];
  for await (const record of readTrail(trail, range)) {
    if (record.event.data['agent'] !== id && record.event.subject !== `AGENT#${id}`) continue;
    found.push(record);
    if (found.length > ROWS_SHOWN) break;
  }
  const rows = found.map(({ at, event: { type, time: happened, data } }) => [
    happened ?? at,
    type.replace(/^remit\./, ''),
    data['task'] ?? '',
    data['grantId'] ?? '',
    Object.entries(data)
      .filter(([name]) => !NOT_TOLD.has(name))
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  ]);
  return { rows: rows.sort(byFirstCell), isCut: found.length > ROWS_SHOWN };
}

async function fromGrants(ports: QuestionPorts, id: string, { from, to }: Range): Promise<Told> {
  const earliest = new Date(from.getTime() - longestLifeMs(ports));
  const { items, isCut } = await rowsOf(ports, await list(ports, { agent: id, from: earliest, to }));
  const acts = items.flatMap(actsOf).filter(({ at }) => at >= from && at <= to);
  const rows = acts.map(({ at, what, grant, detail }) => [
    at.toISOString(),
    what,
    grant.task,
    grant.grantId,
    detail,
  ]);
  return { rows: rows.sort(byFirstCell), isCut };
}

interface Act {
  readonly at: Date;
  readonly what: string;
  readonly grant: Grant;
  readonly detail: string;
}

function actsOf(grant: Grant): Act[] {
  const { requestedAt, endedAt, parameters, purpose, approvals, status, endReason = '', leaseCount } = grant;
  const asked = `${JSON.stringify(parameters)} ${JSON.stringify(purpose)} from ${grant.workload.issuer} ${grant.workload.subject}`;
  return [
    { at: requestedAt, what: 'asked', grant, detail: asked },
    ...approvals.map(({ decidedAt, decision, approver }) => ({
      at: decidedAt,
      what: `was told ${decision}`,
      grant,
      detail: `by ${approver.issuer} ${approver.subject}`,
    })),
    ...(endedAt === undefined
      ? []
      : [{ at: endedAt, what: status, grant, detail: `${endReason}, ${leaseCount} lease(s)` }]),
  ];
}

function byFirstCell([one = '']: readonly Cell[], [other = '']: readonly Cell[]): number {
  return String(one) < String(other) ? -1 : 1;
}
