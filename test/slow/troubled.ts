// AWS on a bad day: stands in front of moto and throttles or denies an action, or does what it is asked and loses the
// answer. Everything else passes through.

import { createServer, type IncomingMessage, request } from 'node:http';
import { forward, portOf, read } from './forward.ts';

/** How a call comes to grief. */
type Trouble = 'Throttling' | 'ServiceUnavailable' | 'AccessDenied' | 'answer lost';

const STATUS = { Throttling: 400, ServiceUnavailable: 503, AccessDenied: 403 } as const;

interface Which {
  readonly calls: number;
  /** @default none */
  readonly after?: number;
}

/** The server; nothing is wrong until a test says so. */
export interface Troubled {
  readonly url: string;
  /** The next calls of this action fail, or those after so many that work. */
  disturb(action: string, trouble: Trouble, which: Which): void;
  /** Calls of this action that came, in trouble or not. */
  calls(action: string): number;
  close(): void;
}

/** A server in front of the one at `url`. */
export async function troubled(url: string): Promise<Troubled> {
  const port = Number(new URL(url).port);
  const came: string[] = [];
  let ahead = { action: '', trouble: 'Throttling' as Trouble, calls: 0, after: 0 };
  const server = createServer(async (incoming, outgoing) => {
    const body = await read(incoming);
    const action = actionOf(incoming, body);
    came.push(action);
    if (action !== ahead.action || ahead.calls === 0) return forward({ incoming, body, port }, outgoing);
    if (ahead.after > 0) {
      ahead = { ...ahead, after: ahead.after - 1 };
      return forward({ incoming, body, port }, outgoing);
    }
    ahead = { ...ahead, calls: ahead.calls - 1 };
    if (ahead.trouble === 'answer lost') return loseAnswer({ incoming, body, port });
    outgoing.writeHead(STATUS[ahead.trouble], { 'content-type': 'text/xml' }).end(errorText(ahead.trouble));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${portOf(server)}`,
    disturb(action, trouble, { calls, after = 0 }) {
      ahead = { action, trouble, calls, after };
    },
    calls: (action) => came.filter((each) => each === action).length,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Asked {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly port: number;
}

/** Does what was asked and hangs up. */
function loseAnswer({ incoming, body, port }: Asked): void {
  const { method, url, headers } = incoming;
  const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    answer.resume().once('end', () => incoming.socket.destroy());
  });
  passed.end(body);
}

/** Of the query protocol it is in the form, of the JSON protocol in a header. */
function actionOf({ headers }: IncomingMessage, body: Buffer): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return new URLSearchParams(body.toString()).get('Action') ?? '';
}

function errorText(code: string): string {
  return (
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
    `<Code>${code}</Code><Message>Rate exceeded</Message></Error><RequestId>1</RequestId></ErrorResponse>`
  );
}
