// An issuer's server that was taken over, or is broken: it redirects, never ends, never answers.

import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { MAX_KEY_DOCUMENT_BYTES } from '../../src/adapters/http/key-fetch.ts';
import { createKeySource } from '../../src/adapters/http/key-source.ts';
import { createTestIssuer } from '../support/issuer.ts';
import { json, type KeyServer, startKeyServer } from '../support/key-server.ts';
import { refusalOf } from '../support/requests.ts';

const { keySet } = await createTestIssuer({ kind: 'oidc' });

async function ask(server: KeyServer, path = '/jwks.json', allowLoopback = true) {
  const { config } = await createTestIssuer({ kind: 'oidc', issuer: server.url });
  const source = createKeySource({ clock: () => new Date(), allowLoopback });
  return source.find({ ...config, jwksUri: `${server.url}${path}` }, { alg: 'ES256' });
}

test('[KEYS-2] an honest server on this machine is believed in local mode only', async () => {
  const server = await startKeyServer(() => ({ '/jwks.json': json(keySet) }));
  expect(await ask(server)).toBeDefined();
  expect((await refusalOf(ask(server, '/jwks.json', false))).detail).toContain('is on this machine');
  expect(server.asked).toHaveLength(1);
  await server.close();
});

test.each([301, 302, 303, 307, 308])('[KEYS-2] a redirect with %d is not followed', async (status) => {
  const server = await startKeyServer((url) => ({
    '/jwks.json': (_, response) => response.writeHead(status, { location: `${url}/other` }).end(),
    '/other': json(keySet),
  }));
  expect((await refusalOf(ask(server))).code).toBe('issuer_unavailable');
  expect(server.asked).toEqual(['/jwks.json']);
  await server.close();
});

test('[KEYS-3] a document that never ends is dropped at its limit', async () => {
  let sent = 0;
  const server = await startKeyServer(() => ({
    '/jwks.json': (_, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const pump = () => {
        if (response.destroyed) return;
        sent += chunk.length;
        response.write(chunk, () => setImmediate(pump));
      };
      pump();
    },
  }));
  expect((await refusalOf(ask(server))).detail).toContain('document too large');
  expect(sent).toBeLessThan(100 * MAX_KEY_DOCUMENT_BYTES);
  await server.close();
});

test('[KEYS-3] a small document that inflates to a large one is dropped too', async () => {
  const server = await startKeyServer(() => ({
    '/jwks.json': (_, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync(JSON.stringify({ ...keySet, filler: ' '.repeat(20_000_000) }))),
  }));
  expect((await refusalOf(ask(server))).detail).toContain('document too large');
  await server.close();
});

test.each([
  ['says nothing', () => {}],
  [
    'drips',
    (_: unknown, response: ServerResponse) => {
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
    },
  ],
])('[KEYS-3] a server that %s is given up in time', async (_, respond) => {
  const server = await startKeyServer(() => ({ '/jwks.json': respond }));
  expect((await refusalOf(ask(server))).code).toBe('issuer_unavailable');
  await server.close();
});
