// Somebody who may look asks for everything between the years 0 and 9999, or sends a made-up place to go on from. Each day
// costs requests to the archive: none is looked through on which nothing can be recorded.

import { expect, test } from 'vitest';
import { type QuestionsDeps, questionRoutes } from '../../src/adapters/http/people/questions.ts';
import type { PeopleRoute } from '../../src/adapters/http/people/route.ts';
import type { TrailReader } from '../../src/core/audit/ports.ts';
import { searchTrail, type TrailSearch } from '../../src/core/audit/search-trail.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
const EVERYTHING: TrailSearch = {
  from: new Date('0001-01-01T00:00:00Z'),
  to: new Date('9999-12-31T23:59:59Z'),
  limit: 10,
};
const KEY = 'shard=0/day=2026-11-20/0000000000000001.ndjson';

/** An archive with one day, which counts how often it is asked. */
function archive(keys: readonly string[] = [KEY]): { readonly reader: TrailReader; asked(): number } {
  let asked = 0;
  return {
    asked: () => asked,
    reader: {
      async *list(prefix) {
        asked += 1;
        yield* keys.filter((key) => key.startsWith(prefix));
      },
      get: async () => '',
    },
  };
}

/** A search that is let go on for ever would never come back here. */
const never = () => false;

test('[ASK-19] no day before the archive begins is looked through', async () => {
  const { reader, asked } = archive();
  await searchTrail(reader, { ...EVERYTHING, to: NOW }, never);
  expect(asked()).toBeLessThan(50);
});

test('[ASK-19] an archive without records is not looked through at all', async () => {
  const { reader, asked } = archive([]);
  expect(await searchTrail(reader, EVERYTHING, never)).toEqual({ records: [] });
  expect(asked()).toBeLessThan(10);
});

test('[ASK-19] a place to go on from that is far ahead is not believed', async () => {
  const { reader, asked } = archive();
  const below = [0, 0, 0, 0].map(() => Number.POSITIVE_INFINITY);
  await searchTrail(reader, { ...EVERYTHING, to: NOW, next: { day: '9999-12-31', below } }, never);
  expect(asked()).toBeLessThan(50);
});

test.each(['/api/audit', '/api/agents/billing-agent/story'])(
  '[ASK-19] %s looks through no day to come, whoever asks for it',
  async (address) => {
    const { reader, asked } = archive();
    await answerOf(reader, address, 'from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z');
    expect(asked()).toBeLessThan(50);
  },
);

/** The answer to a viewer. */
async function answerOf(trail: TrailReader, address: string, query: string): Promise<unknown> {
  const roles = { viewer: ['viewers'], operator: [], administrator: [] };
  const ports = { trail, clock: () => NOW, agents: { find: async () => ({ agent: {} }) } };
  const routes = questionRoutes({ issuer: { roles }, ports } as unknown as QuestionsDeps);
  const pattern = address.replace('billing-agent', '{id}');
  const route = routes.find(({ path }) => path === pattern) as PeopleRoute;
  const person = { person: { issuer: 'https://login.acme.dev', subject: 'vera' }, groups: ['viewers'] };
  return route.answer(
    { verify: async () => person as never, origin: 'https://console.acme.dev' },
    {
      request: {
        method: 'GET',
        path: address,
        query,
        headers: { authorization: 'Bearer x' },
        body: Buffer.alloc(0),
      },
      path: { id: 'billing-agent' },
      context: { requestId: 'r', log: { note: () => undefined } } as never,
    },
  );
}
