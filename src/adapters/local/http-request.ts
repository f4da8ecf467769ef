// Reading requests in the local servers: size-capped bodies, joined headers, and the Host and Origin checks that
// keep web pages out (DNS rebinding, cross-site requests).

import type { IncomingMessage, ServerResponse } from 'node:http';

/** The body is larger than the cap. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Reads a body of at most `limit` bytes; the rest stays unread. @throws BodyTooLarge */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      // the answer still has to go out on this connection, so it is not destroyed here
      request.pause();
      reject(new BodyTooLarge());
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

/** Headers as API Gateway and SigV4 see them: lower-case names, repeated ones joined by a comma. */
export function joinHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  const { rawHeaders } = request;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return headers;
}

/** Whether the request was meant for this server: its Host is a loopback name with our port. */
export function isOurHost(host: string | undefined, port: number): boolean {
  return host === `localhost:${port}` || host === `127.0.0.1:${port}` || host === `[::1]:${port}`;
}

/** Whether a browser page of ours, or no browser at all, made the request. */
export function isOurOrigin(origin: string | undefined, port: number): boolean {
  return origin === undefined || origin === `http://localhost:${port}`;
}

/** Sends a whole answer. */
export function send(
  response: ServerResponse,
  answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | string[]>>;
    readonly body: string | Buffer;
  },
): void {
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}
