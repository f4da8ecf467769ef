// An issuer's discovery and key set on a real loopback server, or behind a fetch without network that counts.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

export interface KeyServer {
  /** `http://127.0.0.1:<port>`: an issuer URL. */
  readonly url: string;
  /** Paths asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Serves these paths; everything else is 404. */
export async function startKeyServer(routes: (url: string) => Record<string, Respond>): Promise<KeyServer> {
  const asked: string[] = [];
  let answers: Record<string, Respond> = {};
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const respond = answers[path] ?? ((_, missing) => missing.writeHead(404).end());
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = routes(url);
  return {
    url,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function json(value: unknown): Respond {
  return (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

type Answer = unknown | (() => Response | Promise<Response>);

export interface CountingFetch {
  readonly fetch: typeof fetch;
  readonly asked: string[];
  /** Replaces what is answered from now on. */
  answer(address: string, value: Answer): void;
}

/** A fetch over these addresses: JSON values, or functions that make the response or throw. */
export function countingFetch(answers: Record<string, Answer>): CountingFetch {
  const asked: string[] = [];
  const current = new Map(Object.entries(answers));
  const answerTo = async (input: string | URL | Request): Promise<Response> => {
    const address = String(input);
    asked.push(address);
    const answer = current.get(address);
    if (answer === undefined) return new Response('', { status: 404 });
    return typeof answer === 'function' ? answer() : Response.json(answer);
  };
  return { fetch: answerTo, asked, answer: (address, value) => void current.set(address, value) };
}
