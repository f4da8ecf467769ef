// The container credentials endpoint of the AWS SDKs (AWS_CONTAINER_CREDENTIALS_FULL_URI), on loopback. Answers
// only with the right token, compared in constant time, and only under its own Host, so that no web page can reach
// it by DNS rebinding. Credentials go out in the answer and nowhere else.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BrokerError } from './broker-error.ts';
import { type HeldLease, wholeSeconds } from './lease.ts';

/** Path of the credentials. */
const PATH = '/credentials';

export interface EndpointOptions {
  readonly lease: () => Promise<HeldLease>;
  /** @default 0: a free one */
  readonly port?: number | undefined;
  /** Secret that callers send as `Authorization`. @default 256 random bits */
  readonly token?: string | undefined;
}

/** A running endpoint. */
export interface Endpoint {
  /** For AWS_CONTAINER_CREDENTIALS_FULL_URI. */
  readonly url: string;
  /** For AWS_CONTAINER_AUTHORIZATION_TOKEN. */
  readonly token: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. @throws Error with `code` EADDRINUSE, EACCES … when the port cannot be had. */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const server = createServer((request, response) => {
    const port = (server.address() as AddressInfo | null)?.port;
    void answer(
      { request, response, token, hosts: [`127.0.0.1:${port}`, `localhost:${port}`] },
      options.lease,
    );
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${PATH}`, token, close: () => close(server) };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly token: string;
  readonly hosts: readonly string[];
}

async function answer(exchange: Exchange, lease: () => Promise<HeldLease>): Promise<void> {
  const refused = refusal(exchange);
  if (refused !== undefined) return send(exchange.response, ...refused);
  try {
    send(exchange.response, 200, credentialsJson(await lease()));
  } catch (error) {
    send(exchange.response, ...failure(error));
  }
}

function refusal({ request, token, hosts }: Exchange): [number, object] | undefined {
  if (!hosts.includes(request.headers.host ?? '')) return [403, problem('WrongHost', 'Unknown Host.')];
  if (request.headers.origin !== undefined) return [403, problem('WrongOrigin', 'Not for web pages.')];
  if (request.url !== PATH) return [404, problem('NotFound', 'Nothing here.')];
  if (request.method !== 'GET') return [405, problem('MethodNotAllowed', 'Use GET.')];
  if (!sameSecret(request.headers.authorization ?? '', token)) {
    return [401, problem('Unauthorized', 'Send the authorization token.')];
  }
  return undefined;
}

/** Member names of the container provider. */
function credentialsJson(lease: HeldLease): object {
  return {
    AccessKeyId: lease.accessKeyId,
    SecretAccessKey: lease.secretAccessKey,
    Token: lease.sessionToken,
    Expiration: wholeSeconds(lease.expiresAt),
  };
}

/** SDKs try again after 5xx and give up after 4xx. */
function failure(error: unknown): [number, object] {
  if (!(error instanceof BrokerError))
    return [500, problem('InternalError', 'No credentials; see the log of remit.')];
  const request = error.requestId === undefined ? '' : ` (request id ${error.requestId})`;
  return [error.retryable ? 503 : 403, problem(error.code, `${error.message}${request}`)];
}

/** `Code` and `Message` are what SDKs print; botocore and Go read them in lower case too. */
function problem(code: string, message: string): object {
  return { Code: code, Message: message, code, message };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Digests have one length, so not even that of the secret can be timed. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
