// A transport below the SDK clients for tests of whole entries: DynamoDB is the embedded one, STS answers from here and
// remembers what it was asked.

import { Readable } from 'node:stream';

/** What an SDK client hands to its transport. */
export interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** `asked` has the actions of STS in order, `handler` goes into `World.requestHandler`. */
export function stsBesideTables(clock: () => Date) {
  const asked: string[] = [];
  async function handle(request: SdkRequest) {
    const target = request.headers['x-amz-target'] ?? request.headers['X-Amz-Target'];
    if (target !== undefined) return forward(request);
    const action = /Action=(\w+)/.exec(textOf(request.body))?.[1] ?? '';
    asked.push(action);
    return respond(200, stsAnswer(action, clock()), 'text/xml');
  }
  return { asked, handler: { handle, destroy: () => undefined } };
}

/** Brings a call of DynamoDB to the embedded one. */
export async function forward({ protocol, hostname, port, path, method, headers, body }: SdkRequest) {
  const { host: _, 'content-length': __, ...sent } = headers;
  const answer = await fetch(`${protocol}//${hostname}:${port}${path}`, {
    method,
    headers: sent,
    body: body as Uint8Array<ArrayBuffer>,
  });
  return respond(answer.status, await answer.text(), 'application/x-amz-json-1.0');
}

/** The form of a call of the query protocol. */
export function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : String(body);
}

/** Credentials of a key whose owner a test can tell. */
export function stsAnswer(action: string, now: Date, accessKeyId = 'ASIAEXAMPLE'): string {
  const end = new Date(now.getTime() + (action === 'AssumeRole' ? 900_000 : 60_000)).toISOString();
  return (
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>` +
    `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>` +
    `<Expiration>${end}</Expiration></Credentials></${action}Result></${action}Response>`
  );
}

/** An answer as a transport brings it. */
export function respond(statusCode: number, text: string, type: string) {
  return {
    response: { statusCode, headers: { 'content-type': type }, body: Readable.from([Buffer.from(text)]) },
  };
}
