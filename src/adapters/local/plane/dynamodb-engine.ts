// dynalite without a socket: the local AWS plane hands it connections in memory, so that nothing on the machine
// can reach the tables except through the plane's own signature and policy checks.

import { Agent, request as httpRequest, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { type Duplex, duplexPair } from 'node:stream';

/** What dynalite answered. */
export interface EngineAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Runs DynamoDB operations; the caller has authorized them. */
export interface DynamoEngine {
  /** `operation` such as `GetItem`; `body` is the JSON of the wire protocol. */
  run(operation: string, body: string): Promise<EngineAnswer>;
  close(): void;
}

/** Starts an empty engine, in memory. */
export function startDynamoEngine(region: string): DynamoEngine {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  // dynalite's server takes any Duplex as a connection (node:http, event 'connection')
  agent.createConnection = () => connect(server);
  return {
    run: (operation, body) => run(agent, { operation, body, region }),
    close: () => {
      agent.destroy();
      server.closeAllConnections();
    },
  };
}

function connect(server: Server): Duplex {
  const [ours, theirs] = duplexPair();
  server.emit('connection', withSocketMethods(theirs));
  return withSocketMethods(ours);
}

/** The methods of a socket that node:http calls and a plain Duplex lacks. */
function withSocketMethods(stream: Duplex): Duplex {
  const nothing = () => stream;
  return Object.assign(stream, {
    setTimeout: nothing,
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  });
}

interface EngineCall {
  readonly operation: string;
  readonly body: string;
  readonly region: string;
}

function run(agent: Agent, { operation, body, region }: EngineCall): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      agent,
      method: 'POST',
      host: 'dynamodb.local',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        // dynalite wants the form of a signature and checks nothing: the plane has verified the real one
        authorization: `AWS4-HMAC-SHA256 Credential=plane/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const crc = incoming.headers['x-amz-crc32'];
        resolve({
          status: incoming.statusCode ?? 500,
          headers: typeof crc === 'string' ? { 'x-amz-crc32': crc } : {},
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    outgoing.end(body);
  });
}
