// A plane that listens: the server on loopback and the state behind it, with the declared roles, tables and buckets.

import type { Server } from 'node:http';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LeaseCredentials, PolicyDocument } from '../../../core/model.ts';
import type { Clock } from '../../../core/ports.ts';
import { closeServer, listenLoopback } from '../listen.ts';
import type { PlaneIdentity } from './call.ts';
import { createPlane, type Plane } from './plane.ts';
import { newIdentifier, type RoleDeclaration } from './roles.ts';
import { createPlaneServer } from './server.ts';

/** What exists in the plane from the start. */
interface PlaneContents {
  readonly roles: readonly RoleDeclaration[];
  readonly tables: readonly CreateTableCommandInput[];
  readonly buckets: readonly string[];
}

export interface OpenPlane {
  readonly plane: Plane;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Key of the person at the keyboard: may do everything in the plane; in memory only. */
  readonly operator: LeaseCredentials;
  /** Fills the plane. */
  load(contents: PlaneContents): Promise<void>;
  close(): Promise<void>;
}

const EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** Starts a plane. @throws PortTaken */
export async function openPlane(options: {
  readonly identity: PlaneIdentity;
  readonly clock: Clock;
  readonly port: number;
}): Promise<OpenPlane> {
  const state: { plane?: Plane } = {};
  const server = createPlaneServer(() => state.plane);
  const port = await listenLoopback(server, { port: options.port, variable: 'REMIT_AWS_PORT' });
  const url = `http://127.0.0.1:${port}`;
  const plane = createPlane({ ...options, outboundUrl: `${url}/outbound` });
  state.plane = plane;
  const operator = plane.sessions.issue({
    kind: 'user',
    account: options.identity.account,
    name: 'operator',
    id: newIdentifier('AIDA'),
    policies: [EVERYTHING],
  });
  return {
    plane,
    url,
    operator,
    load: (contents) => load({ plane, url, operator }, contents),
    close: () => close(server, plane),
  };
}

async function load(
  opened: Pick<OpenPlane, 'plane' | 'url' | 'operator'>,
  contents: PlaneContents,
): Promise<void> {
  const { plane, url, operator } = opened;
  for (const role of contents.roles) plane.roles.add(role);
  for (const bucket of contents.buckets) plane.objects.createBucket(bucket);
  const { accessKeyId, secretAccessKey } = operator;
  const client = new DynamoDBClient({
    endpoint: url,
    region: plane.identity.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    for (const table of contents.tables) await client.send(new CreateTableCommand(table));
  } finally {
    client.destroy();
  }
}

async function close(server: Server, plane: Plane): Promise<void> {
  await closeServer(server);
  plane.engine.close();
}
