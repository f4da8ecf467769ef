// Listings of the local AWS plane's S3: ListObjectsV2 with prefix, delimiter and pages, and ListBuckets.

import { AwsFailure } from './aws-failure.ts';
import type { Call } from './call.ts';
import type { ObjectStore, StoredObject } from './s3-objects.ts';
import { element, type PlaneResponse, s3Answer } from './wire.ts';

interface ListQuestion {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly after: string;
  readonly encode: (text: string) => string;
}

/** ARN of a bucket. */
export const bucketArn = (call: Call, bucket: string): string =>
  `arn:${call.identity.partition}:s3:::${bucket}`;

/** @throws AwsFailure NoSuchBucket. Asked after the permission, so that nobody learns what exists. */
export function requireBucket(store: ObjectStore, bucket: string): void {
  if (!store.hasBucket(bucket))
    throw new AwsFailure('NoSuchBucket', 404, 'The specified bucket does not exist');
}

/** Names of all buckets, for those who may list them. */
export function listBuckets(call: Call, store: ObjectStore): PlaneResponse {
  call.facts.action = 'ListBuckets';
  call.authorize({ action: 's3:ListAllMyBuckets', resource: '*' });
  const buckets = store.listBuckets().map((name) => element('Bucket', [element('Name', name)]));
  return s3Answer('ListAllMyBucketsResult', [element('Buckets', buckets)]);
}

/** ListObjectsV2; `s3:prefix`, `s3:delimiter` and `s3:max-keys` are told to IAM only when they were sent. */
export function listObjects(call: Call, store: ObjectStore, bucket: string): PlaneResponse {
  call.facts.action = 'ListObjects';
  const query = singleValues(call);
  call.facts.parameters = { bucketName: bucket, ...query };
  const sent = ['prefix', 'delimiter', 'max-keys'].flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [[`s3:${name}`, value] as const];
  });
  call.authorize({
    action: 's3:ListBucket',
    resource: bucketArn(call, bucket),
    context: Object.fromEntries(sent),
  });
  requireBucket(store, bucket);
  if (query['list-type'] !== '2')
    throw new AwsFailure('NotImplemented', 501, 'The local plane lists with list-type=2 only.');
  return listAnswer(bucket, readQuestion(query), store);
}

function singleValues(call: Call): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.claims.query)) {
    if (typeof value !== 'string') throw new AwsFailure('InvalidArgument', 400, `${name} is repeated.`);
    if (!name.startsWith('X-Amz-')) values[name] = value;
  }
  return values;
}

function readQuestion(query: Readonly<Record<string, string>>): ListQuestion {
  const maxKeys = query['max-keys'] ?? '1000';
  if (!/^\d{1,9}$/.test(maxKeys)) throw new AwsFailure('InvalidArgument', 400, 'max-keys is not a number.');
  const token = query['continuation-token'];
  return {
    prefix: query['prefix'] ?? '',
    delimiter: query['delimiter'] ?? '',
    maxKeys: Math.min(Number(maxKeys), 1000),
    after: token === undefined ? (query['start-after'] ?? '') : Buffer.from(token, 'base64url').toString(),
    encode: query['encoding-type'] === 'url' ? encodeKey : (text) => text,
  };
}

const encodeKey = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');

function listAnswer(bucket: string, question: ListQuestion, store: ObjectStore): PlaneResponse {
  const entries = group(store.list(bucket, question.prefix), question).filter(
    ({ name }) => name > question.after,
  );
  const page = entries.slice(0, question.maxKeys);
  const last = page.at(-1);
  const isTruncated = last !== undefined && entries.length > page.length;
  return s3Answer('ListBucketResult', [
    element('Name', bucket),
    element('Prefix', question.encode(question.prefix)),
    element('KeyCount', page.length),
    element('MaxKeys', question.maxKeys),
    element('IsTruncated', String(isTruncated)),
    isTruncated ? element('NextContinuationToken', Buffer.from(last.name).toString('base64url')) : '',
    ...page.map((entry) => renderEntry(entry, question.encode)),
  ]);
}

interface Entry {
  readonly name: string;
  /** Absent for a common prefix. */
  readonly object?: StoredObject;
}

function group(objects: readonly StoredObject[], { prefix, delimiter }: ListQuestion): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const object of objects) {
    const at = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = at === -1 ? object.key : object.key.slice(0, at + delimiter.length);
    entries.set(name, at === -1 ? { name, object } : { name });
  }
  return [...entries.values()];
}

function renderEntry({ name, object }: Entry, encode: (text: string) => string): string {
  if (object === undefined) return element('CommonPrefixes', [element('Prefix', encode(name))]);
  return element('Contents', [
    element('Key', encode(name)),
    element('LastModified', object.modifiedAt.toISOString()),
    element('ETag', object.etag),
    element('Size', object.body.length),
    element('StorageClass', 'STANDARD'),
  ]);
}
