// moto does not know GetScopedCredentials and answers with a web page. A region that lacks it answers as AWS does to
// any unknown action; this stands in front of moto and does the same. Everything else passes through.

import { createServer, type Server } from 'node:http';
import { forward, read } from './forward.ts';

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
