// `POST /dev/admin`: orders of the person at the keyboard, who is an operator in local mode. Stands in for the address
// that Lambda gives the admin function, which takes signed requests only.

import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import type { GatewayRoute } from './gateway.ts';
import type { OpenPlane } from './plane/open-plane.ts';

/** The route, with the operator as the principal that signed. */
export function adminRoute(
  aws: OpenPlane,
  admin: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyResultV2>,
): GatewayRoute {
  const { partition, account } = aws.plane.identity;
  const userArn = `arn:${partition}:iam::${account}:user/operator`;
  return {
    routeKey: 'POST /dev/admin',
    handler: (event) => {
      const requestContext = { ...event.requestContext, authorizer: { iam: { userArn } } };
      return admin({ ...event, requestContext });
    },
  };
}
