// moto does not know GetScopedCredentials and answers with a web page. A region that lacks it answers as AWS does to
// any unknown action; this stands in front of moto and does the same. Everything else passes through.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

const UNKNOWN_ACTION =
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
  '<Code>InvalidAction</Code><Message>Could not find operation GetScopedCredentials for version 2011-06-15' +
  '</Message></Error><RequestId>1</RequestId></ErrorResponse>';

/** A server in front of the one on `port`. */
export function withoutScopedCredentials(port: number): Server {
  return createServer(async (incoming, outgoing) => {
    const body = await read(incoming);
    if (body.includes('Action=GetScopedCredentials')) {
      outgoing.writeHead(400, { 'content-type': 'text/xml' }).end(UNKNOWN_ACTION);
      return;
    }
    forward({ incoming, body, port }, outgoing);
  });
}

function forward(
  { incoming, body, port }: { incoming: IncomingMessage; body: Buffer; port: number },
  outgoing: ServerResponse,
): void {
  const { method, url, headers } = incoming;
  const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  passed.once('error', () => outgoing.writeHead(502).end());
  passed.end(body);
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
