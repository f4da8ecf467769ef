// The console at `/console`, as CloudFront serves it: the files of the build and nothing else, with the same headers.
// The build itself is handed in (cli/local/console-build.ts); while it runs, a page that asks again stands in for it.

import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONSOLE_HEADERS, consolePolicy } from '../../config/console-headers.ts';
import { consoleFileHeaders, consoleFilesOf } from '../files/console-files.ts';
import type { GatewayRoute, Mount } from './gateway.ts';
import { send } from './http-request.ts';

/** How far the console is built. */
export type ConsoleBuild =
  | { readonly kind: 'ready'; readonly directory: string }
  | { readonly kind: 'building' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Looks whether there is a build of the sources as they are now, and starts one when there is none. */
export type ConsoleSource = () => Promise<ConsoleBuild>;

const PREFIX = '/console';
const RELOAD_SECONDS = 2;

/** The bare address leads to the console, as in AWS. */
export const consoleRoute: GatewayRoute = {
  routeKey: 'GET /',
  handler: async () => ({ statusCode: 302, headers: { location: `${PREFIX}/` } }),
};

const HEADERS = {
  ...CONSOLE_HEADERS,
  'content-security-policy': consolePolicy([]),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The console's files; nothing is built before the first request. */
export function consoleMount(source: ConsoleSource): Mount {
  let files: ReadonlyMap<string, string> = new Map();
  const answer = async (method: string, path: string): Promise<Answer> => {
    if (method !== 'GET' && method !== 'HEAD')
      return text(405, 'Method not allowed.', { allow: 'GET, HEAD' });
    if (path === PREFIX) return text(308, 'It is at /console/.', { location: `${PREFIX}/` });
    const name = path.slice(PREFIX.length + 1);
    if (name === '' || name === 'index.html') {
      const build = await source();
      if (build.kind !== 'ready') return standIn(build);
      files = await consoleFilesOf(build.directory);
    }
    const wanted = name === '' ? 'index.html' : name;
    // only what is in this map is ever read, so no path leads out of the build
    const file = files.get(wanted);
    return file === undefined ? text(404, 'There is no such file.') : readAnswer(wanted, file);
  };
  return {
    prefix: PREFIX,
    handler: async ({ method = '', url = '' }: IncomingMessage, response: ServerResponse) => {
      const { status, headers, body } = await answer(method, url.split('?', 1)[0] ?? '');
      const length = { 'content-length': String(body.length) };
      send(response, {
        status,
        headers: { ...HEADERS, ...length, ...headers },
        body: method === 'HEAD' ? '' : body,
      });
    },
  };
}

async function readAnswer(name: string, file: string): Promise<Answer> {
  const { type, cache } = consoleFileHeaders(name);
  return {
    status: 200,
    headers: { 'content-type': type, 'cache-control': cache },
    body: await readFile(file),
  };
}

function standIn(build: Exclude<ConsoleBuild, { kind: 'ready' }>): Answer {
  if (build.kind === 'failed') return text(500, `The console does not build.\n\n${build.reason}\n`);
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta http-equiv="refresh" content="${RELOAD_SECONDS}"><title>Remit</title></head>
<body><main><h1>The console is being built</h1><p>Once per change of its sources, some seconds. This page looks again by itself.</p></main></body></html>
`;
  return {
    status: 503,
    headers: {
      'content-type': consoleFileHeaders('index.html').type,
      'cache-control': 'no-store',
      'retry-after': String(RELOAD_SECONDS),
    },
    body: Buffer.from(page),
  };
}

function text(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: Buffer.from(sentence),
  };
}
