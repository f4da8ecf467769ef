// moto's interpreter of state machines, with the real workflow function behind it. moto calls Lambda at its own
// $MOTO_PORT; a proxy there answers invocations by handing them to the function here, and passes the rest to moto.

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { forward, freePort, portOf, read, untilAnswers } from './forward.ts';

/** The workflow function, as Lambda would run it. */
export type Invoked = (event: unknown) => Promise<unknown>;

/** A running interpreter. */
export interface StepFunctions {
  readonly endpoint: string;
  /** Hands invocations of the function with this ARN to `handler`. */
  serve(functionArn: string, handler: Invoked): void;
  close(): Promise<void>;
}

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Starts it; the caller closes it. */
export async function startStepFunctions(): Promise<StepFunctions> {
  const functions = new Map<string, Invoked>();
  const port = await freePort();
  const proxy = createServer((incoming, outgoing) => void answer({ functions, port }, incoming, outgoing));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_PORT: String(portOf(proxy)) },
  });
  await untilAnswers(`http://127.0.0.1:${port}/moto-api/`);
  const endpoint = `http://localhost:${portOf(proxy)}`;
  await fetch(`${endpoint}/moto-api/config`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
  });
  return {
    endpoint,
    serve: (functionArn, handler) => void functions.set(functionArn, handler),
    close: () => stop(moto, proxy),
  };
}

async function stop(moto: ChildProcess, proxy: Server): Promise<void> {
  const ended = new Promise((resolve) => moto.once('exit', resolve));
  moto.kill();
  await ended;
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
}

async function answer(
  to: { readonly functions: ReadonlyMap<string, Invoked>; readonly port: number },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await read(incoming);
  const [path = ''] = (incoming.url ?? '').split('?');
  const arn = decodeURIComponent(INVOCATION.exec(path)?.[1] ?? '');
  const handler = to.functions.get(arn);
  if (handler === undefined) {
    forward({ incoming, body, port: to.port }, outgoing);
    return;
  }
  const json = { 'content-type': 'application/json' };
  try {
    const result = await handler(JSON.parse(body.toString()));
    outgoing.writeHead(200, json).end(JSON.stringify(result ?? null));
  } catch (error) {
    const failed = { errorType: 'Error', errorMessage: String(error) };
    outgoing.writeHead(200, { ...json, 'x-amz-function-error': 'Unhandled' }).end(JSON.stringify(failed));
  }
}
