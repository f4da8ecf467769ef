// `GET /dev/viewer`: where the local grant table is, with a key that may read it and nothing else, so that
// `remit grants` works in local mode without a word about tables. On AWS people use their own credentials.

import { grantsTable } from '../../config/tables.ts';
import type { PolicyDocument } from '../../core/model.ts';
import type { GatewayRoute } from './gateway.ts';
import type { OpenPlane } from './plane/open-plane.ts';
import { newIdentifier } from './plane/roles.ts';

/** The route, over a plane that has the table. */
export function viewerRoute(aws: OpenPlane, table: string): GatewayRoute {
  const { account, region, partition } = aws.plane.identity;
  const arn = `arn:${partition}:dynamodb:${region}:${account}:table/${table}`;
  const credentials = aws.plane.sessions.issue({
    kind: 'user',
    account,
    name: 'viewer',
    id: newIdentifier('AIDA'),
    policies: [mayRead(arn)],
  });
  const { accessKeyId, secretAccessKey } = credentials;
  return {
    routeKey: 'GET /dev/viewer',
    handler: async () => ({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ table, region, endpoint: aws.url, accessKeyId, secretAccessKey }),
    }),
  };
}

function mayRead(table: string): PolicyDocument {
  const indexes = Object.values(grantsTable.indexes).map(({ name }) => `${table}/index/${name}`);
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: indexes },
    ],
  };
}
