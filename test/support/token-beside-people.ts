// The real entries of the token function and of the people's API over the same tables: nothing in between but those.

import { buildToken } from '../../lambda/token.ts';
import type { Handler } from '../../src/adapters/http/endpoint.ts';
import { peopleIssuer } from '../../src/config/people.ts';
import { CONSOLE_ORIGIN } from './people.ts';
import { type PeopleApi, publish, startPeopleApi } from './people-api.ts';
import { stsBesideTables } from './sts-beside-tables.ts';
import { TABLES, type Tables } from './tables.ts';

/** Both, and what they did outside of the tables. */
export interface TokenBesidePeople {
  readonly api: PeopleApi;
  readonly token: Handler;
  readonly sts: ReturnType<typeof stsBesideTables>;
  /** Of the token function's log. */
  readonly lines: readonly Record<string, unknown>[];
  /** Grants whose workflow was started. */
  readonly started: readonly string[];
}

/** Starts both on these tables. */
export async function startTokenBesidePeople(tables: Tables): Promise<TokenBesidePeople> {
  const api = await startPeopleApi(tables);
  const { deps, issuer, keySet, people, catalog } = api.exchange;
  const sts = stsBesideTables(deps.clock);
  const lines: Record<string, unknown>[] = [];
  const started: string[] = [];
  const sources = [publish({ config: issuer, keySet }), publish(people)];
  const token = buildToken(
    {
      BROKER_URL: issuer.audience,
      CATALOG_FILE: 'in memory',
      GRANTS_TABLE: TABLES.grants,
      REGISTRY_TABLE: TABLES.registry,
      REPLAY_TABLE: TABLES.replay,
      BUDGETS_TABLE: TABLES.budgets,
      PEOPLE_ISSUER: peopleIssuer.parse(people.config),
      CONSOLE_ORIGIN,
      PEOPLE_TABLE: TABLES.people,
      OUTBOX_TABLE: TABLES.outbox,
      EVIDENCE_TABLE: TABLES.evidence,
      FINDINGS_TABLE: TABLES.findings,
      WORKFLOW_ARN: 'in this process',
      ROLE_PREFIX: 'remit',
      ROLE_ACCOUNT: '111122223333',
      ROLE_PARTITION: 'aws',
    },
    {
      endpoint: tables.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      clock: deps.clock,
      catalog,
      fetch: keysOf(sources),
      requestHandler: sts.handler as never,
      workflow: { start: async (grantId) => void started.push(grantId), wake: async () => true },
      log: (line) => void lines.push({ ...line }),
    },
  );
  return { api, token, sts, lines, started };
}

/** The first issuer that has something at the address answers. */
function keysOf(sources: readonly (typeof fetch)[]): typeof fetch {
  return async (input) => {
    for (const source of sources) {
      const answer = await source(input);
      if (answer.ok) return answer;
    }
    return new Response('', { status: 404 });
  };
}
