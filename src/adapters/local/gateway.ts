// The local stand-in for API Gateway: routes requests to the real handlers, with API Gateway's limits and answers,
// behind Host and Origin checks (docs/local-mode.md). It runs handlers; it never answers for them.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import type { Clock } from '../../core/ports.ts';
import {
  fromResult,
  type GatewayAnswer,
  type GatewayRequest,
  type MatchedRoute,
  toEvent,
} from './gateway-event.ts';
import { BodyTooLarge, isOurHost, isOurOrigin, joinHeaders, readBody, send } from './http-request.ts';

/** API Gateway's own limits: 10 MB of body, 10,240 bytes of request line and headers. */
const LARGEST_BODY = 10 * 1024 * 1024;
const LARGEST_HEAD = 10_240;

/** `same-site` is another port of localhost. */
const FOREIGN_PAGES = /^(cross-site|same-site)$/;

/** A handler of an HTTP API. */
type GatewayHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2>;

/** `METHOD /path/{variable}`, `ANY /path` or `$default`, as API Gateway writes route keys. */
export interface GatewayRoute {
  readonly routeKey: string;
  readonly handler: GatewayHandler;
}

/** Answers by itself for everything below a path: pages and endpoints that API Gateway would not serve. */
export interface Mount {
  /** `/path`, without a slash at its end. */
  readonly prefix: string;
  readonly handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export interface GatewayOptions {
  readonly routes: readonly GatewayRoute[];
  /** Behind the same Host and Origin checks; they come before the routes. */
  readonly mounts?: readonly Mount[];
  readonly clock: Clock;
}

/** Makes the server; the caller binds it to loopback addresses. */
export function createGateway(options: GatewayOptions): Server {
  return createServer({ maxHeaderSize: LARGEST_HEAD }, (request, response) => {
    answer(options, request, response)
      .catch(failed)
      .then((result) => finish(response, result));
  });
}

function failed(error: unknown): GatewayAnswer {
  if (error instanceof BodyTooLarge)
    return { ...message(413, 'Request Entity Too Large'), headers: { connection: 'close' } };
  // a handler that throws is a defect: API Gateway says 500 and nothing else
  console.error('local gateway:', error);
  return message(500, 'Internal Server Error');
}

function message(status: number, text: string): GatewayAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message: text })),
  };
}

/** Nothing to send: a mount has answered. One that failed half-way can only be cut off. */
function finish(response: ServerResponse, result: GatewayAnswer | undefined): void {
  if (result === undefined) return;
  if (response.headersSent) return void response.destroy();
  response.sendDate = true;
  const headers = { 'content-length': String(result.body.length), ...result.headers };
  send(response, { ...result, headers });
}

async function answer(
  { routes, mounts = [], clock }: GatewayOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<GatewayAnswer | undefined> {
  const port = incoming.socket.localPort ?? 0;
  const headers = joinHeaders(incoming);
  if (!isOurHost(headers['host'], port)) return message(421, `This server is http://localhost:${port} only.`);
  if (!isOurOrigin(headers['origin'], port) || FOREIGN_PAGES.test(headers['sec-fetch-site'] ?? ''))
    return message(403, 'Pages of other sites cannot use local mode.');
  if (routes.length === 0) return message(503, 'Local mode is starting.');
  const mount = findMount(mounts, incoming.url ?? '/');
  if (mount !== undefined) {
    // passkeys and sign-in know one name of this server
    if (headers['host'] !== `localhost:${port}`) return moved(`http://localhost:${port}${incoming.url}`);
    await mount.handler(incoming, response);
    return undefined;
  }
  const body = await readBody(incoming, LARGEST_BODY);
  const request = readRequest(incoming, { headers, body, clock });
  const found = findRoute(routes, request);
  if (found === undefined) return message(404, 'Not Found');
  return fromResult(await found.handler(toEvent(request, found)));
}

function findMount(mounts: readonly Mount[], url: string): Mount | undefined {
  const [path = ''] = url.split('?', 1);
  return mounts.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

function moved(location: string): GatewayAnswer {
  return { status: 307, headers: { location }, body: Buffer.alloc(0) };
}

function readRequest(
  incoming: IncomingMessage,
  { headers, body, clock }: { headers: Record<string, string>; body: Buffer; clock: Clock },
): GatewayRequest {
  const target = incoming.url ?? '/';
  const at = target.indexOf('?');
  return {
    method: incoming.method ?? '',
    rawPath: at === -1 ? target : target.slice(0, at),
    rawQuery: at === -1 ? '' : target.slice(at + 1),
    headers,
    body,
    sourceAddress: (incoming.socket.remoteAddress ?? '').replace('::ffff:', ''),
    receivedAt: clock(),
  };
}

/** The most specific route: exact method over ANY, fewer variables first, `$default` last. */
function findRoute(
  routes: readonly GatewayRoute[],
  request: GatewayRequest,
): (MatchedRoute & Pick<GatewayRoute, 'handler'>) | undefined {
  const matches = routes.flatMap((route) => {
    const pathParameters = matchRoute(route.routeKey, request);
    return pathParameters === undefined ? [] : [{ ...route, pathParameters }];
  });
  return matches.sort((a, b) => rank(a.routeKey) - rank(b.routeKey))[0];
}

function rank(routeKey: string): number {
  if (routeKey === '$default') return 1000;
  return (routeKey.match(/\{/g)?.length ?? 0) * 10 + (routeKey.startsWith('ANY ') ? 1 : 0);
}

function matchRoute(
  routeKey: string,
  { method, rawPath }: GatewayRequest,
): Record<string, string> | undefined {
  if (routeKey === '$default') return {};
  const [verb, pattern = ''] = routeKey.split(' ');
  if (verb !== 'ANY' && verb !== method) return undefined;
  const names = pattern.split('/');
  const parts = rawPath.split('/');
  const parameters: Record<string, string> = {};
  for (const [at, name] of names.entries()) {
    const greedy = /^\{(\w+)\+\}$/.exec(name)?.[1];
    if (greedy !== undefined) return { ...parameters, [greedy]: parts.slice(at).join('/') };
    const variable = /^\{(\w+)\}$/.exec(name)?.[1];
    const part = parts[at];
    if (part === undefined || (variable === undefined ? part !== name : part === '')) return undefined;
    if (variable !== undefined) parameters[variable] = part;
  }
  return parts.length === names.length ? parameters : undefined;
}
