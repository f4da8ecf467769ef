// Endpoints that refuse, for tests of where refusals are told.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Facts, Measure } from '../../src/adapters/aws/telemetry.ts';
import { type Action, endpoint, type HttpRequest } from '../../src/adapters/http/endpoint.ts';
import type { RefusalTrail } from '../../src/adapters/http/refusal-trail.ts';
import { Refusal, type RefusalCode } from '../../src/core/refusal.ts';

/** An event of the HTTP API at this path. */
export const httpEvent = (path = '/oauth2/token') =>
  ({
    rawPath: path,
    headers: {},
    requestContext: { http: { method: 'POST' } },
  }) as unknown as APIGatewayProxyEventV2;

/** An endpoint that tells its refusals there, with what it logs and measures. */
export function serve(refusals: RefusalTrail, choose: (request: HttpRequest) => Action) {
  const lines: Facts[] = [];
  const measures: Measure[] = [];
  const telemetry = {
    line: (facts: Facts) => void lines.push(facts),
    measure: (each: readonly Measure[]) => void measures.push(...each),
  };
  return { lines, measures, handler: endpoint(telemetry, choose, { refusals }) };
}

/** An action that notes these facts and is refused. */
export const refusing =
  (code: RefusalCode, facts: Facts = {}) =>
  (): Action => ({
    operation: 'token',
    role: 'subject_token',
    run: async ({ log }) => {
      log.note(facts);
      throw new Refusal(code);
    },
  });
