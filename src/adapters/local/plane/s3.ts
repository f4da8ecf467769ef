// S3 of the local AWS plane, path style: get, head, put, delete, list (version 2), head bucket, list buckets.
// Whatever else a request asks for (ACLs, tags, versions, multipart) is refused: it would need another action.

import { AwsFailure } from './aws-failure.ts';
import type { Call } from './call.ts';
import { readObjectBody } from './s3-body.ts';
import { bucketArn, listBuckets, listObjects, requireBucket } from './s3-list.ts';
import type { ObjectStore, StoredObject } from './s3-objects.ts';
import type { PlaneResponse } from './wire.ts';

interface Target {
  readonly bucket: string;
  readonly key: string;
}

const PRESIGNED =
  'X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Security-Token|Content-Sha256)|x-amz-content-sha256|x-amz-checksum-.*|x-amz-sdk-checksum-algorithm';
const QUERY_OF_OBJECTS = new RegExp(`^(x-id|response-.*|${PRESIGNED})$`);
const QUERY_OF_LISTS = new RegExp(
  `^(x-id|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|fetch-owner|${PRESIGNED})$`,
);
const REFUSED_HEADERS =
  /^x-amz-(acl|grant-.*|tagging|copy-source.*|object-lock-.*|server-side-encryption.*|website-.*|storage-class|write-offset-bytes|rename-.*|expected-bucket-owner)$/;

/** Answers one S3 call. @throws AwsFailure */
export function answerS3(call: Call, store: ObjectStore): PlaneResponse {
  const target = readTarget(call.request.rawPath);
  const { method } = call.request;
  refuseExtras(call, target.key === '' ? QUERY_OF_LISTS : QUERY_OF_OBJECTS);
  if (target.bucket === '') return method === 'GET' ? listBuckets(call, store) : notImplemented();
  if (target.key === '') return answerBucket(call, store, target.bucket);
  switch (method) {
    case 'GET':
    case 'HEAD':
      return readObject(call, store, target);
    case 'PUT':
      return writeObject(call, store, target);
    case 'DELETE':
      return deleteObject(call, store, target);
    default:
      return notImplemented();
  }
}

function readTarget(rawPath: string): Target {
  const [, bucket = '', ...rest] = rawPath.split('/');
  // anything else could be read as a bucket here and as a bucket with a key in a policy
  if (!/^[a-z0-9.-]*$/.test(bucket))
    throw new AwsFailure('InvalidBucketName', 400, 'The specified bucket is not valid.');
  try {
    return { bucket, key: decodeURIComponent(rest.join('/')) };
  } catch {
    throw new AwsFailure('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}

function notImplemented(what = 'This'): never {
  throw new AwsFailure(
    'NotImplemented',
    501,
    `${what} is not part of the local plane's S3 (docs/local-mode.md).`,
  );
}

function refuseExtras(call: Call, allowedQuery: RegExp): void {
  for (const name of Object.keys(call.claims.query)) if (!allowedQuery.test(name)) notImplemented(`?${name}`);
  for (const name of Object.keys(call.request.headers)) if (REFUSED_HEADERS.test(name)) notImplemented(name);
}

function answerBucket(call: Call, store: ObjectStore, bucket: string): PlaneResponse {
  if (call.request.method === 'GET') return listObjects(call, store, bucket);
  if (call.request.method !== 'HEAD') return notImplemented();
  call.facts.action = 'HeadBucket';
  call.authorize({ action: 's3:ListBucket', resource: bucketArn(call, bucket) });
  requireBucket(store, bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': call.identity.region }, body: '' };
}

const objectArn = (call: Call, { bucket, key }: Target) => `${bucketArn(call, bucket)}/${key}`;

function readObject(call: Call, store: ObjectStore, target: Target): PlaneResponse {
  const isHead = call.request.method === 'HEAD';
  call.facts.action = isHead ? 'HeadObject' : 'GetObject';
  call.facts.parameters = { bucketName: target.bucket, key: target.key };
  call.authorize({ action: 's3:GetObject', resource: objectArn(call, target) });
  requireBucket(store, target.bucket);
  const object = store.get(target.bucket, target.key);
  if (object === undefined) return missingObject(call, target);
  const answer = objectAnswer(call, object);
  // a HEAD keeps the content-length of the body it does not send
  return isHead ? { ...answer, body: '' } : answer;
}

/** Whether a key exists is told only to those who may list the bucket, as S3 does. */
function missingObject(call: Call, target: Target): never {
  call.authorize({ action: 's3:ListBucket', resource: bucketArn(call, target.bucket) });
  throw new AwsFailure('NoSuchKey', 404, 'The specified key does not exist.');
}

function objectAnswer(call: Call, object: StoredObject): PlaneResponse {
  const headers: Record<string, string> = {
    'content-type': 'binary/octet-stream',
    ...object.headers,
    etag: object.etag,
    'last-modified': object.modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
  };
  for (const [name, value] of Object.entries(call.claims.query))
    if (name.startsWith('response-') && typeof value === 'string')
      headers[name.slice('response-'.length)] = value;
  return rangeAnswer(call.request.headers['range'], object.body, headers);
}

function rangeAnswer(
  range: string | undefined,
  body: Buffer,
  headers: Record<string, string>,
): PlaneResponse {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === ''))
    return { status: 200, headers: { ...headers, 'content-length': String(body.length) }, body };
  const start = first === '' ? Math.max(0, body.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? body.length - 1 : Math.min(Number(last), body.length - 1);
  if (start > end) throw new AwsFailure('InvalidRange', 416, 'The requested range is not satisfiable');
  const part = body.subarray(start, end + 1);
  const rangeHeaders = {
    'content-range': `bytes ${start}-${end}/${body.length}`,
    'content-length': String(part.length),
  };
  return { status: 206, headers: { ...headers, ...rangeHeaders }, body: part };
}

const KEPT_HEADERS =
  /^(content-type|content-language|content-disposition|cache-control|expires|x-amz-meta-.*)$/;

function writeObject(call: Call, store: ObjectStore, target: Target): PlaneResponse {
  call.facts.action = 'PutObject';
  call.facts.parameters = { bucketName: target.bucket, key: target.key };
  call.authorize({ action: 's3:PutObject', resource: objectArn(call, target) });
  requireBucket(store, target.bucket);
  const { headers } = call.request;
  if (headers['if-match'] !== undefined) notImplemented('if-match');
  if (headers['if-none-match'] === '*' && store.get(target.bucket, target.key) !== undefined)
    throw new AwsFailure('PreconditionFailed', 412, 'At least one of the pre-conditions did not hold');
  const kept = Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name));
  const stored = store.put(target.bucket, {
    key: target.key,
    body: readObjectBody(call.request),
    modifiedAt: call.request.receivedAt,
    headers: Object.fromEntries(kept),
  });
  return { status: 200, headers: { etag: stored.etag }, body: '' };
}

function deleteObject(call: Call, store: ObjectStore, target: Target): PlaneResponse {
  call.facts.action = 'DeleteObject';
  if (call.request.headers['if-match'] !== undefined) notImplemented('if-match');
  call.facts.parameters = { bucketName: target.bucket, key: target.key };
  call.authorize({ action: 's3:DeleteObject', resource: objectArn(call, target) });
  requireBucket(store, target.bucket);
  store.delete(target.bucket, target.key);
  return { status: 204, headers: {}, body: '' };
}
