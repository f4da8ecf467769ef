// What the servers in front of moto have in common.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

const START_MS = 60_000;

/** Passes a request that was read on to the server on `port`, and its answer back; resolves once that is over. */
export function forward(
  { incoming, body, port }: { incoming: IncomingMessage; body: Buffer; port: number },
  outgoing: ServerResponse,
): Promise<void> {
  const { method, url, headers } = incoming;
  return new Promise((resolve) => {
    outgoing.once('close', resolve);
    const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once('error', () => outgoing.writeHead(502).end());
    passed.end(body);
  });
}

/** The whole body. */
export async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A port that nobody has now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const port = portOf(server);
      server.close(() => resolve(port));
    });
  });
}

/** Where a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits for moto. @throws Error when it does not start */
export async function untilAnswers(url: string): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('moto_server did not start');
}
