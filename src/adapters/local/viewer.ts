// `GET /dev/viewer`: where the tables of grants, agents and findings are, with a key that may read them and nothing else, so that
// `remit grants` and its like work in local mode without a word about tables. On AWS people use their own credentials.

import { resolve } from 'node:path';
import { findingsTable, grantsTable, registryTable } from '../../config/tables.ts';
import type { Catalog, PolicyDocument } from '../../core/model.ts';
import type { GatewayRoute } from './gateway.ts';
import type { KeptTrail } from './kept-trail.ts';
import type { OpenPlane } from './plane/open-plane.ts';
import { newIdentifier } from './plane/roles.ts';

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** What the viewer is told of. */
export interface Viewable {
  readonly grantsTable: string;
  readonly registryTable: string;
  readonly findingsTable: string | undefined;
  /** With the demo issuer: questions are answered under the catalog that is in force. */
  readonly catalog: Catalog;
  readonly consoleOrigin: string;
  readonly trail: KeptTrail | undefined;
  /** Where the files of the catalog are on this machine. */
  readonly catalogRoot: string | undefined;
}

/** The route, over a plane that has the tables. */
export function viewerRoute(aws: OpenPlane, viewable: Viewable): GatewayRoute {
  const { account, region, partition } = aws.plane.identity;
  const {
    grantsTable: table,
    findingsTable: findings,
    registryTable: registry,
    catalog,
    consoleOrigin,
    trail,
    catalogRoot,
  } = viewable;
  const arnOf = (name: string) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
  const credentials = aws.plane.sessions.issue({
    kind: 'user',
    account,
    name: 'viewer',
    id: newIdentifier('AIDA'),
    policies: [
      mayRead(arnOf(table), grantsTable.indexes),
      mayRead(arnOf(registry), registryTable.indexes),
      ...(findings === undefined ? [] : [mayRead(arnOf(findings), findingsTable.indexes)]),
    ],
  });
  const { accessKeyId, secretAccessKey } = credentials;
  const body = JSON.stringify({
    table,
    registryTable: registry,
    place: { account, partition },
    catalog,
    findingsTable: findings,
    consoleOrigin,
    catalogDirectory: catalogRoot === undefined ? undefined : resolve(catalogRoot),
    region,
    endpoint: aws.url,
    accessKeyId,
    secretAccessKey,
    ...(trail && { trail: trail.directory, trailKeptBy: trail.keptBy, trailKey: trail.publicKey }),
  });
  return {
    routeKey: 'GET /dev/viewer',
    async handler() {
      // whoever reads the trail next finds everything that has happened
      await trail?.settle();
      return { statusCode: 200, headers: HEADERS, body };
    },
  };
}

function mayRead(
  table: string,
  declared: Readonly<Record<string, { readonly name: string }>>,
): PolicyDocument {
  const indexes = Object.values(declared).map(({ name }) => `${table}/index/${name}`);
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: indexes },
    ],
  };
}
