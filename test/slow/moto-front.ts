// What stands in front of moto, where moto is not as AWS is. It does not know GetScopedCredentials and answers with
// a web page: a region that lacks it answers as AWS does to any unknown action, and so does this. And its threads
// check a condition and write in two steps, so that two conditional writes of one moment can both win, which
// DynamoDB excludes: requests to DynamoDB reach it one at a time. Everything else passes through.

import { createServer, type Server } from 'node:http';
import { forward, read } from './forward.ts';

const UNKNOWN_ACTION =
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
  '<Code>InvalidAction</Code><Message>Could not find operation GetScopedCredentials for version 2011-06-15' +
  '</Message></Error><RequestId>1</RequestId></ErrorResponse>';

/** A server in front of the one on `port`. */
export function motoFront(port: number): Server {
  let turn = Promise.resolve();
  return createServer(async (incoming, outgoing) => {
    const body = await read(incoming);
    if (body.includes('Action=GetScopedCredentials')) {
      outgoing.writeHead(400, { 'content-type': 'text/xml' }).end(UNKNOWN_ACTION);
      return;
    }
    const pass = () => forward({ incoming, body, port }, outgoing);
    if (!String(incoming.headers['x-amz-target']).startsWith('DynamoDB_')) return pass();
    turn = turn.then(pass);
  });
}
