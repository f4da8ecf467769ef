// API Gateway events as the functions get them.

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type Fields = Record<string, string> | readonly (readonly [string, string])[];

/** A POST of a form. */
export function formEvent(
  path: string,
  fields: Fields,
  headers: Record<string, string> = {},
): APIGatewayProxyEventV2 {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  const body = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
  return rawEvent('POST', path, body, { 'content-type': 'application/x-www-form-urlencoded', ...headers });
}

/** Any request. */
export function rawEvent(
  ...[method, path, body, headers]: [string, string, string, Record<string, string>]
): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { requestId: 'request-1', http: { method, path } },
  } as unknown as APIGatewayProxyEventV2;
}

/** The JSON of an answer. */
export function bodyOf(answer: APIGatewayProxyStructuredResultV2): Record<string, unknown> {
  return answer.body ? (JSON.parse(answer.body) as Record<string, unknown>) : {};
}
