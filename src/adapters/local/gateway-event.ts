// Turns an HTTP request into the event that API Gateway's HTTP API sends (payload format 2.0), and the handler's
// result back into HTTP. Bodies come base64-encoded unless their type is text or JSON: a form does too.

import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';

/** What the local server has read of a request. */
export interface GatewayRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceAddress: string;
  readonly receivedAt: Date;
}

/** The route that the request took, with the values of its path variables. */
export interface MatchedRoute {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

const TEXT_TYPES = /^(text\/|application\/(json|javascript|xml)\b)/i;
const ACCOUNT = '000000000000';

/** The event for a handler. */
export function toEvent(request: GatewayRequest, route: MatchedRoute): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = request.headers;
  const isText = TEXT_TYPES.test(request.headers['content-type'] ?? '');
  const host = request.headers['host'] ?? '';
  const query = Object.fromEntries(queryEntries(request.rawQuery));
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: decodePath(request.rawPath),
    rawQueryString: request.rawQuery,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(request.rawQuery === '' ? {} : { queryStringParameters: query }),
    ...(Object.keys(route.pathParameters).length === 0
      ? {}
      : { pathParameters: { ...route.pathParameters } }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      http: {
        method: request.method,
        path: decodePath(request.rawPath),
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceAddress,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: request.receivedAt.toUTCString(),
      timeEpoch: request.receivedAt.getTime(),
    },
    ...(request.body.length === 0 ? {} : { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Repeated parameters are joined by a comma, as API Gateway does. */
function queryEntries(rawQuery: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return values;
}

/** The HTTP answer of a handler's result; a bare value is a 200 with JSON, as API Gateway infers. */
export function fromResult(result: APIGatewayProxyResultV2): GatewayAnswer {
  if (typeof result === 'string' || !('statusCode' in result)) {
    const body = Buffer.from(typeof result === 'string' ? result : JSON.stringify(result));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(result.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  if (result.cookies !== undefined) headers['set-cookie'] = [...result.cookies];
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8');
  return { status: result.statusCode ?? 200, headers, body };
}
