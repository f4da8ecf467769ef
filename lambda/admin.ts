// Orders of operators: agents, kills, switches. Behind an address that takes requests signed with AWS credentials only.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createBudgetReader } from '../src/adapters/aws/budget-table.ts';
import { onFirstEvent } from '../src/adapters/aws/on-first-event.ts';
import { ordersOver } from '../src/adapters/aws/orders-over.ts';
import { proofsOver } from '../src/adapters/aws/proof-maker.ts';
import { refusalsOver } from '../src/adapters/aws/refusals-over.ts';
import { createTelemetry } from '../src/adapters/aws/telemetry.ts';
import { documentClient, type World } from '../src/adapters/aws/world.ts';
import { adminAction } from '../src/adapters/http/admin-action.ts';
import { endpoint, type Handler } from '../src/adapters/http/endpoint.ts';
import { type AdminEnv, adminEnv, readEnv } from '../src/config/env.ts';
import { withPeoplesIssuer } from '../src/core/catalog/owners.ts';

/** The admin endpoint over these resources. */
export function buildAdmin(env: AdminEnv, world: World = {}): Handler {
  const budgets = createBudgetReader({ client: documentClient(world), table: env.BUDGETS_TABLE });
  const { issuer: peopleIssuer } = env.PEOPLE_ISSUER;
  const orders = ordersOver(env, world);
  const catalog = withPeoplesIssuer(orders.catalog, peopleIssuer);
  const deps = { ...orders, catalog, peopleIssuer, proofs: proofsOver(env, world), budgets };
  const telemetry = createTelemetry(world.log);
  const refusals = refusalsOver(env, world);
  return (event) =>
    endpoint(telemetry, (request) => adminAction(deps, request, principalOf(event)), { refusals })(event);
}

/** ARN of the principal that Lambda has authenticated. */
function principalOf({ requestContext }: APIGatewayProxyEventV2): string | undefined {
  const { authorizer } = requestContext as {
    readonly authorizer?: { readonly iam?: { readonly userArn?: unknown } };
  };
  const arn = authorizer?.iam?.userArn;
  return typeof arn === 'string' && arn.startsWith('arn:') ? arn : undefined;
}

export const handler = onFirstEvent(() => buildAdmin(readEnv(adminEnv, process.env)));
