// Tries the last credentials of a grant: a real request, signed as that session with one action of its task on one of its
// resources, through the plane's own checks of signature, expiry and policies. Never GetCallerIdentity, which no Deny stops.

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { renderPermissions } from '../../core/iam/render.ts';
import { SOURCE_IDENTITY_PREFIX } from '../../core/iam/trust.ts';
import type { Catalog, Grant, PolicyStatement } from '../../core/model.ts';
import type { Probe, ProbeResult } from '../../core/offboard/ports.ts';
import { newRequestId, type Plane } from './plane/plane.ts';
import type { IssuedKey } from './plane/sessions.ts';
import type { PlaneRequest, PlaneResponse } from './plane/wire.ts';

/** What the plane speaks, the harmless ones first: a trial that succeeds should change as little as can be. */
const TRIED = [
  's3:GetObject',
  's3:ListBucket',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  's3:DeleteObject',
  's3:PutObject',
];
/** Answers that mean: these credentials are not taken. */
const OVER = /^(ExpiredToken|ExpiredTokenException|InvalidAccessKeyId|UnrecognizedClientException)$/;
const DENIED = /^(AccessDenied|AccessDeniedException)$/;
/** What stands where a resource has a wildcard. */
const NAME = 'remit-probe';

interface Trial {
  readonly action: string;
  readonly resource: string;
  readonly leadingKey: string | undefined;
}

/** Tries sessions of this plane. */
export function createProbe(plane: Plane, catalog: Catalog): Probe {
  return {
    async attempt(grant) {
      const trial = trialOf(plane, catalog, grant);
      if (trial === undefined)
        return { outcome: 'not-possible', code: 'no-action', action: '-', resource: '-' };
      const { action, resource } = trial;
      const key = plane.sessions.find(grant.accessKeyId ?? '');
      if (key === undefined) return { outcome: 'forgotten', code: 'unknown-key', action, resource };
      if (!isOf(key, grant)) return { outcome: 'not-possible', code: 'other-session', action, resource };
      const answer = await plane.answer(await signedRequest(plane, key, await requestOf(plane, trial)));
      return { ...judge(answer, action), action, resource };
    },
  };
}

function isOf({ principal }: IssuedKey, { grantId }: Grant): boolean {
  return principal.kind === 'role' && principal.sourceIdentity === `${SOURCE_IDENTITY_PREFIX}${grantId}`;
}

function trialOf({ identity }: Plane, catalog: Catalog, grant: Grant): Trial | undefined {
  const task = catalog.tasks.find(({ id }) => id === grant.task);
  if (task === undefined) return undefined;
  const { partition, account } = identity;
  const trials = renderPermissions(task, grant.parameters, { partition, account }).flatMap(trialsIn);
  return trials.sort((one, other) => TRIED.indexOf(one.action) - TRIED.indexOf(other.action))[0];
}

function trialsIn({ Action, Resource, Condition }: PolicyStatement): readonly Trial[] {
  const list = (value: unknown) => [value].flat().map(String);
  const keys = Object.values(Condition ?? {}).flatMap((block) => block['dynamodb:LeadingKeys'] ?? []);
  const [leadingKey] = keys.map(String);
  return list(Action)
    .filter((action) => TRIED.includes(action))
    .flatMap((action) =>
      list(Resource).map((resource) => ({ action, resource: concrete(resource), leadingKey })),
    );
}

function concrete(resource: string): string {
  return resource.replaceAll('*', NAME).replaceAll('?', 'x');
}

interface Unsigned {
  readonly service: 's3' | 'dynamodb';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function requestOf(plane: Plane, trial: Trial): Promise<Unsigned> {
  const [service = '', operation = ''] = trial.action.split(':');
  if (service === 'dynamodb') return dynamoRequest(plane, operation, trial);
  const path = trial.resource.split(':::')[1] ?? '';
  const encoded = `/${path.split('/').map(encodeURIComponent).join('/')}`;
  const method = { PutObject: 'PUT', DeleteObject: 'DELETE' }[operation] ?? 'GET';
  return { service: 's3', method, path: encoded, headers: {}, body: '' };
}

/** Names a key that the policies allow; whether the rest of it makes sense is asked only afterwards. */
async function dynamoRequest(plane: Plane, operation: string, trial: Trial): Promise<Unsigned> {
  const TableName = trial.resource.split(':table/')[1]?.split('/')[0] ?? '';
  const { name, type } = await partitionKeyOf(plane, TableName);
  const value = { [type]: trial.leadingKey ?? (type === 'N' ? '0' : NAME) };
  const queried = {
    TableName,
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': name },
    ExpressionAttributeValues: { ':key': value },
    Limit: 1,
  };
  const named = { TableName, [operation === 'PutItem' ? 'Item' : 'Key']: { [name]: value } };
  return {
    service: 'dynamodb',
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(operation === 'Query' ? queried : named),
  };
}

interface Described {
  readonly Table?: {
    readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
    readonly AttributeDefinitions: readonly {
      readonly AttributeName: string;
      readonly AttributeType: string;
    }[];
  };
}

async function partitionKeyOf({ engine }: Plane, TableName: string) {
  const { body } = await engine.run('DescribeTable', JSON.stringify({ TableName }));
  const { Table } = JSON.parse(body) as Described;
  const name = Table?.KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? 'pk';
  const of = Table?.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
  return { name, type: of?.AttributeType ?? 'S' };
}

async function signedRequest(plane: Plane, key: IssuedKey, asked: Unsigned): Promise<PlaneRequest> {
  const { accessKeyId, secretAccessKey, sessionToken } = key;
  const now = plane.clock();
  const signer = new SignatureV4({
    service: asked.service,
    region: plane.identity.region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    sha256: Sha256,
    uriEscapePath: asked.service !== 's3',
  });
  const { method, path, headers, body } = asked;
  const host = '127.0.0.1';
  const parts = { method, protocol: 'http:', hostname: host, path, headers: { ...headers, host }, body };
  const signed = await signer.sign(parts, { signingDate: now });
  const lower = Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    rawPath: path,
    rawQuery: '',
    headers: Object.fromEntries(lower),
    body: Buffer.from(body),
    requestId: newRequestId(),
    receivedAt: now,
    sourceAddress: host,
  };
}

/**
 * Whatever is no refusal of this very action came after it had been let through: S3 denies ListBucket to whoever may get
 * an object that is not there.
 */
function judge({ status, body }: PlaneResponse, action: string): Pick<ProbeResult, 'outcome' | 'code'> {
  const text = body.toString();
  const code = status < 300 ? String(status) : codeIn(text);
  const isDenied = DENIED.test(code) && text.includes(`not authorized to perform: ${action} `);
  return { outcome: isDenied || OVER.test(code) ? 'refused' : 'allowed', code };
}

function codeIn(body: string): string {
  const [, xml] = /<Code>([^<]+)<\/Code>/.exec(body) ?? [];
  const [, json] = /"__type":"[^"#]*#([^"]+)"/.exec(body) ?? [];
  return xml ?? json ?? 'unknown';
}
