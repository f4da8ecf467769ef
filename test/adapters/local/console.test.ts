import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ConsoleBuild, consoleMount } from '../../../src/adapters/local/console.ts';
import { createGateway } from '../../../src/adapters/local/gateway.ts';
import { closeServer, listenLoopback } from '../../../src/adapters/local/listen.ts';
import { consolePolicy } from '../../../src/config/console-headers.ts';

const parent = mkdtempSync(join(tmpdir(), 'remit-console-'));
const directory = join(parent, 'build');
let build: ConsoleBuild;
let server: Server;
let port: number;

beforeAll(async () => {
  mkdirSync(join(directory, 'assets'), { recursive: true });
  writeFileSync(join(parent, 'secret.txt'), 'not of the build');
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Remit</title>');
  writeFileSync(join(directory, 'assets/main-4f3a.js'), 'export {};');
  const mounts = [consoleMount(async () => build)];
  const routes = [{ routeKey: '$default', handler: async () => ({ statusCode: 204 }) }];
  server = createGateway({ routes, mounts, clock: () => new Date() });
  port = await listenLoopback(server, { port: 0, variable: 'REMIT_PORT' });
});
afterAll(async () => {
  await closeServer(server);
  rmSync(parent, { recursive: true });
});
beforeEach(() => {
  build = { kind: 'ready', directory };
});

const get = (path: string, init: RequestInit = {}) =>
  fetch(`http://localhost:${port}${path}`, { redirect: 'manual', ...init });

/** As it is written, without a client's own tidying. */
function statusOfRaw(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host: `localhost:${port}` };
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

test('[LOCAL-34] the page comes with the policy and headers of AWS, and is asked for again each time', async () => {
  const page = await get('/console/');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>Remit</title>');
  expect(Object.fromEntries(page.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': consolePolicy([]),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-cache',
  });
});

test('[LOCAL-34] files whose names carry a hash are kept by the browser', async () => {
  await get('/console/');
  const file = await get('/console/assets/main-4f3a.js');
  expect(file.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(file.headers.get('cache-control')).toContain('immutable');
  const head = await get('/console/assets/main-4f3a.js', { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('10');
});

test('[LOCAL-34] no path leads out of the build', async () => {
  await get('/console/');
  for (const path of [
    '/console/../secret.txt',
    '/console/..%2fsecret.txt',
    '/console/%2e%2e/secret.txt',
    '/console/assets/../../secret.txt',
    '/console//etc/passwd',
    '/console/assets',
    '/console/assets/',
    '/console/__proto__',
    '/console/index.html%00.js',
  ])
    expect(await statusOfRaw(path), path).toBe(404);
});

test('[LOCAL-34] it reads only, and a path that only begins like it is none of it', async () => {
  expect((await get('/console/', { method: 'POST' })).status).toBe(405);
  expect((await get('/consolex')).status).toBe(204);
  const moved = await get('/console');
  expect([moved.status, moved.headers.get('location')]).toEqual([308, '/console/']);
});

test('[LOCAL-36] while it is built a page says so and looks again by itself', async () => {
  build = { kind: 'building' };
  const page = await get('/console/');
  expect(page.status).toBe(503);
  expect(await page.text()).toContain('http-equiv="refresh"');
  build = { kind: 'ready', directory };
  expect((await get('/console/')).status).toBe(200);
});

test('[LOCAL-36] when it does not build, the reason is text and nothing but text', async () => {
  build = { kind: 'failed', reason: 'main.tsx: <script>alert(1)</script> expected' };
  const page = await get('/console/');
  expect(page.status).toBe(500);
  expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await page.text()).toContain('main.tsx');
});
