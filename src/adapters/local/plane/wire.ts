// What crosses the wire of the local AWS plane: the request as received, and answers in each service's own
// shape (query-protocol XML, S3 XML, DynamoDB JSON 1.0).

import type { AwsFailure, ServiceName } from './aws-failure.ts';

/** One HTTP request as it was received: the path and query are raw, because signatures are over raw bytes. */
export interface PlaneRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly sourceAddress: string;
}

/** One HTTP answer. */
export interface PlaneResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** XML of one element: a string is escaped, an array of already rendered elements is joined. */
export function element(name: string, content: string | number | readonly string[]): string {
  const inner = typeof content === 'object' ? content.join('') : escapeXml(String(content));
  return `<${name}>${inner}</${name}>`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}

const NAMESPACES = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
} as const;

/** Answer of a query-protocol action; `result` is rendered XML, or undefined where the action has none. */
export function queryAnswer(
  service: 'sts' | 'iam',
  { action, requestId }: { readonly action: string; readonly requestId: string },
  result?: readonly string[],
): PlaneResponse {
  const body = [
    `<${action}Response xmlns="${NAMESPACES[service]}">`,
    result === undefined ? '' : element(`${action}Result`, result),
    element('ResponseMetadata', [element('RequestId', requestId)]),
    `</${action}Response>`,
  ].join('');
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

/** XML answer of S3; `content` is rendered XML. */
export function s3Answer(root: string, content: readonly string[]): PlaneResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content.join('')}</${root}>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

/** JSON answer of DynamoDB. */
function jsonAnswer(status: number, value: unknown): PlaneResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(value) };
}

/** A failure in the shape that the SDKs of this service understand. */
export function failureAnswer(
  service: ServiceName,
  failure: AwsFailure,
  request: PlaneRequest,
): PlaneResponse {
  switch (service) {
    case 'dynamodb':
      return jsonAnswer(failure.status, {
        __type: `com.amazon.coral.service#${failure.code}`,
        message: failure.message,
      });
    case 's3':
      return s3Failure(failure, request);
    default:
      return queryFailure(service, failure, request.requestId);
  }
}

function s3Failure(failure: AwsFailure, request: PlaneRequest): PlaneResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', [
    element('Code', failure.code),
    element('Message', failure.message),
    element('Resource', request.rawPath),
    element('RequestId', request.requestId),
  ])}`;
  const headers = { 'content-type': 'application/xml' };
  return { status: failure.status, headers, body: request.method === 'HEAD' ? '' : body };
}

function queryFailure(service: 'sts' | 'iam', failure: AwsFailure, requestId: string): PlaneResponse {
  const body = [
    `<ErrorResponse xmlns="${NAMESPACES[service]}">`,
    element('Error', [
      element('Type', failure.status < 500 ? 'Sender' : 'Receiver'),
      element('Code', failure.code),
      element('Message', failure.message),
    ]),
    element('RequestId', requestId),
    '</ErrorResponse>',
  ].join('');
  return { status: failure.status, headers: { 'content-type': 'text/xml' }, body };
}
