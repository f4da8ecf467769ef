// The HTTP side of the local AWS plane: loopback only, Host checked, web pages refused, bodies capped.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BodyTooLarge, isOurHost, joinHeaders, readBody, send } from '../http-request.ts';
import { AwsFailure } from './aws-failure.ts';
import { newRequestId, type Plane } from './plane.ts';
import { guessService } from './signature.ts';
import { failureAnswer, type PlaneRequest, type PlaneResponse } from './wire.ts';

const LARGEST_BODY = 16 * 1024 * 1024;

/** Makes the server of a plane, which may exist a moment later; the caller binds it to a loopback address. */
export function createPlaneServer(find: () => Plane | undefined): Server {
  return createServer((request, response) => {
    const plane = find();
    if (plane === undefined) response.writeHead(503).end();
    else handle(plane, request, response).catch(() => response.destroy());
  });
}

async function handle(plane: Plane, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(plane, incoming);
  const answer = await respond(plane, request, incoming.socket.localPort ?? 0);
  send(response, {
    ...answer,
    headers: {
      'content-length': String(Buffer.byteLength(answer.body)),
      ...answer.headers,
      ...(request.tooLarge ? { connection: 'close' } : {}),
      'x-amzn-requestid': request.requestId,
      'x-amz-request-id': request.requestId,
    },
  });
}

interface ReadRequest extends PlaneRequest {
  readonly tooLarge: boolean;
}

async function readRequest(plane: Plane, incoming: IncomingMessage): Promise<ReadRequest> {
  const target = incoming.url ?? '/';
  const at = target.indexOf('?');
  const body = await readBody(incoming, LARGEST_BODY).catch((error: unknown) => {
    if (error instanceof BodyTooLarge) return undefined;
    throw error;
  });
  return {
    method: incoming.method ?? '',
    rawPath: at === -1 ? target : target.slice(0, at),
    rawQuery: at === -1 ? '' : target.slice(at + 1),
    headers: joinHeaders(incoming),
    body: body ?? Buffer.alloc(0),
    tooLarge: body === undefined,
    requestId: newRequestId(),
    receivedAt: plane.clock(),
    sourceAddress: (incoming.socket.remoteAddress ?? '').replace('::ffff:', ''),
  };
}

async function respond(plane: Plane, request: ReadRequest, port: number): Promise<PlaneResponse> {
  const refuse = (status: number, message: string) =>
    failureAnswer(guessService(request), new AwsFailure('InvalidRequest', status, message), request);
  if (!isOurHost(request.headers['host'], port))
    return refuse(421, 'Use http://127.0.0.1 with path-style addressing; this host name is not served.');
  if (request.headers['origin'] !== undefined)
    return refuse(403, 'Web pages cannot use the local AWS plane.');
  if (request.tooLarge) return failureAnswer(guessService(request), tooLarge(), request);
  if (request.method === 'GET') {
    const document = await publicDocument(plane, request.rawPath);
    if (document !== undefined) return document;
  }
  return plane.answer(request);
}

const tooLarge = () => new AwsFailure('EntityTooLarge', 413, 'The local plane takes bodies up to 16 MiB.');

/** Discovery and key set of the issuer behind GetWebIdentityToken. */
async function publicDocument(plane: Plane, path: string): Promise<PlaneResponse | undefined> {
  const base = new URL(plane.outbound.url).pathname;
  const json = (value: unknown) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
  if (path === `${base}/.well-known/openid-configuration`) return json(plane.outbound.discovery());
  if (path === `${base}/.well-known/jwks.json`) return json(await plane.outbound.keySet());
  return undefined;
}
