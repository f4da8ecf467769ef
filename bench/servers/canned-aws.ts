// A transport below the AWS SDK clients that answers at once, as AWS would to a routine exchange: what is left is our
// own code and the SDK's.

import { Readable } from 'node:stream';

interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type Item = Record<string, unknown>;
type Key = { readonly pk?: { readonly S: string } };

interface Asked {
  readonly Key?: Key;
  readonly Item?: Item;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Key[] }>>;
}

const EXPIRES = new Date(Date.now() + 900_000).toISOString();
const CREDENTIALS =
  '<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>' +
  `<SessionToken>token</SessionToken><Expiration>${EXPIRES}</Expiration></Credentials>`;

/** A request handler for `World.requestHandler`, with these registry rows by key. */
export function cannedAws(registry: ReadonlyMap<string, Item>) {
  let row: Item = {};
  return {
    async handle({ headers, body }: SdkRequest) {
      const target = headers['x-amz-target'] ?? headers['X-Amz-Target'];
      if (target === undefined) return respond(sts(String(body)), 'text/xml');
      const asked = JSON.parse(String(body)) as Asked;
      const operation = target.split('.')[1];
      if (operation === 'PutItem') {
        row = { ...asked.Item, status: { S: 'active' } };
        return respond('{}');
      }
      if (operation === 'GetItem')
        return respond(JSON.stringify({ Item: registry.get(asked.Key?.pk?.S ?? '') }));
      if (operation === 'BatchGetItem') return respond(JSON.stringify(foundIn(registry, asked)));
      // of the replay table nothing was there before; of the grant table all is
      return respond(JSON.stringify(asked.Key?.pk === undefined ? { Attributes: row } : {}));
    },
    destroy: () => undefined,
  };
}

function foundIn(registry: ReadonlyMap<string, Item>, { RequestItems = {} }: Asked) {
  const tables = Object.entries(RequestItems).map(([table, { Keys }]) => [
    table,
    Keys.flatMap(({ pk }) => registry.get(pk?.S ?? '') ?? []),
  ]);
  return { Responses: Object.fromEntries(tables), UnprocessedKeys: {} };
}

function sts(body: string): string {
  const action = /Action=(\w+)/.exec(body)?.[1] ?? '';
  return (
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${CREDENTIALS}` +
    `</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`
  );
}

function respond(text: string, type = 'application/x-amz-json-1.0') {
  const headers = { 'content-type': type };
  return { response: { statusCode: 200, headers, body: Readable.from([Buffer.from(text)]) } };
}
