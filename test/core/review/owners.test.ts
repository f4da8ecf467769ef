// Who owns agents, over real tables, a directory that answers, and directories as they are.

import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAgentBook } from '../../../src/adapters/aws/agents-table.ts';
import { createCognitoDirectory } from '../../../src/adapters/aws/cognito-directory.ts';
import { peopleIssuerUrl } from '../../../src/adapters/local/people-issuer.ts';
import { createPersonaDirectory } from '../../../src/adapters/local/persona-directory.ts';
import { type PeopleDirectory, reportOwners } from '../../../src/core/review/owners.ts';
import { NOW } from '../../support/grant.ts';
import { putAgent } from '../../support/questions.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
beforeEach(async () => {
  tables = await startTables();
});
afterEach(() => tables.close());

const of = (subject: string) => ({ issuer: 'https://login.acme.dev', subject });
const confirmed = (subject: string) => ({ review: { by: of(subject), reason: 'looked', at: NOW } });
const report = (directory?: PeopleDirectory) =>
  reportOwners({
    agents: createAgentBook({ client: tables.client, table: TABLES.registry }),
    directory,
    clock: () => NOW,
  });

test('[REVIEW-11] owners who are gone come first, then those who did not confirm', async () => {
  await putAgent(tables, 'fine', { owner: of('ada'), ...confirmed('ada') });
  await putAgent(tables, 'left', { owner: of('linus'), ...confirmed('linus') });
  await putAgent(tables, 'off', { owner: of('off'), ...confirmed('off') });
  await putAgent(tables, 'foreign', { owner: of('ada'), ...confirmed('olga') });
  await putAgent(tables, 'never', { owner: of('ada'), reviewBy: '2026-11-01' });
  await putAgent(tables, 'retired', { owner: of('linus') }, 'retired');
  const asked: string[] = [];
  const { owners } = await report({
    issuer: 'https://login.acme.dev',
    find: async ({ subject }) => {
      asked.push(subject);
      return subject === 'linus' ? 'missing' : subject === 'off' ? 'disabled' : 'present';
    },
  });
  expect(owners.map(({ agent, concerns }) => [agent, concerns])).toEqual([
    ['left', ['not in the directory']],
    ['off', ['disabled in the directory']],
    ['never', ['never confirmed at a review', 'the review is overdue']],
    ['foreign', ['the last review was confirmed by somebody else']],
    ['fine', []],
  ]);
  expect(owners.at(-1)?.confirmedAt).toEqual(NOW);
  expect(asked.sort()).toEqual(['ada', 'linus', 'off']);
});

test('[REVIEW-11] an owner who is not of the people’s issuer is told, also without a directory', async () => {
  await putAgent(tables, 'fine', confirmed('ada'));
  const owner = { issuer: 'https://login.acme.dev/', subject: 'ada' };
  await putAgent(tables, 'stray', { owner, review: { by: owner, reason: 'looked', at: NOW } });
  const agents = createAgentBook({ client: tables.client, table: TABLES.registry });
  const peopleIssuer = 'https://login.acme.dev';
  const { owners } = await reportOwners({ agents, peopleIssuer, clock: () => NOW });
  expect(owners.map(({ agent, concerns }) => [agent, concerns])).toEqual([
    ['stray', ['of another identity provider, so nobody can approve']],
    ['fine', []],
  ]);
  const { notes } = await reportOwners({ agents, clock: () => NOW });
  expect(notes.join()).toContain('nobody said where people sign in');
});

test('[REVIEW-11] without a directory nobody is said to have left, and it says so', async () => {
  await putAgent(tables, 'fine', confirmed('ada'));
  const { owners, notes } = await report();
  expect(owners).toMatchObject([{ agent: 'fine', directory: 'unknown', concerns: [] }]);
  expect(notes.join()).toContain('no directory');
});

test('[REVIEW-11] a user pool is asked for its own people by subject, and an answer that fails is none', async () => {
  const subject = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
  const bodies: string[] = [];
  const answers = [
    { status: 200, body: { Users: [{ Username: 'x', Enabled: true }] } },
    { status: 200, body: { Users: [{ Username: 'x', Enabled: false }] } },
    { status: 200, body: { Users: [] } },
    { status: 400, body: { __type: 'NotAuthorizedException' } },
  ];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => {
      const { status, body } = answers.shift() ?? { status: 500, body: {} };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const world = {
    endpoint: `http://127.0.0.1:${address.port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const directory = createCognitoDirectory('eu-west-1_AbCdEf123', world);
  const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123';
  const said = [];
  for (let count = 0; count < 4; count += 1) said.push(await directory.find({ issuer, subject }));
  expect(said).toEqual(['present', 'disabled', 'missing', 'unknown']);
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ Filter: `sub = "${subject}"`, Limit: 1 });
  const before = bodies.length;
  expect(await directory.find({ issuer: `${issuer}x`, subject })).toBe('unknown');
  expect(await directory.find({ issuer, subject: '" or sub ^= "' })).toBe('missing');
  expect(bodies).toHaveLength(before);
  expect(() => createCognitoDirectory('https://evil.example', world)).toThrow('user pool');
  server.closeAllConnections();
  server.close();
});

test('[REVIEW-11] local mode knows its own people', async () => {
  const directory = createPersonaDirectory('http://localhost:8787/');
  const issuer = peopleIssuerUrl('http://localhost:8787');
  expect(await directory.find({ issuer, subject: '7f0c2d1e-ada' })).toBe('present');
  expect(await directory.find({ issuer, subject: '91d3e7b0-linus' })).toBe('missing');
  expect(await directory.find(of('7f0c2d1e-ada'))).toBe('unknown');
});
