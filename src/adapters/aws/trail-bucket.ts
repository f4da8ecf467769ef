// The archive in S3. An object is created once and never written over: the request itself says so, the bucket takes no
// other, and Object Lock keeps what is there. Of two that write one name at once, S3 takes one and the other compares.

import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { TrailArchive, TrailReader } from '../../core/audit/ports.ts';
import { nameOf } from './faults.ts';

interface Bucket {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Tries while somebody else writes the same name; they end with either's object. */
const MAX_PUTS = 5;

/** Answers to whoever may not list versions, or of an S3 that has none. */
const MAY_NOT = new Set(['AccessDenied', 'NotImplemented']);

/** Reads the archive. @throws Error of the SDK */
export function createTrailBucketReader({ client, bucket: Bucket }: Bucket): TrailReader {
  return {
    async *list(prefix, after) {
      let token: string | undefined;
      do {
        const command = new ListObjectsV2Command({
          Bucket,
          Prefix: prefix,
          ...(after !== undefined && { StartAfter: after }),
          ...(token !== undefined && { ContinuationToken: token }),
        });
        const page: ListObjectsV2CommandOutput = await client.send(command);
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    async get(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
        return await Body?.transformToString('utf8');
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    async rewritten(prefix) {
      try {
        return await readRewritten({ client, bucket: Bucket }, prefix);
      } catch (error) {
        if (MAY_NOT.has(nameOf(error))) return undefined;
        throw error;
      }
    },
  };
}

/** Names that a page of versions tells twice are told once. */
async function readRewritten({ client, bucket: Bucket }: Bucket, Prefix: string): Promise<string[]> {
  const names = new Set<string>();
  let page: Partial<ListObjectVersionsCommandOutput> = {};
  do {
    page = await client.send(
      new ListObjectVersionsCommand({
        Bucket,
        Prefix,
        ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
        ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
      }),
    );
    const older = (page.Versions ?? []).filter(({ IsLatest }) => IsLatest === false);
    for (const { Key } of [...older, ...(page.DeleteMarkers ?? [])]) if (Key !== undefined) names.add(Key);
  } while (page.IsTruncated === true);
  return [...names];
}

/** Reads and adds. @throws Error of the SDK, or when another object has the name. */
export function createTrailBucket(bucket: Bucket): TrailArchive {
  const reader = createTrailBucketReader(bucket);
  return {
    ...reader,
    async put(key, body) {
      if (await isCreated(bucket, key, body)) return;
      // it was archived by a try before this one, or its name was taken by something else
      if ((await reader.get(key)) !== body) throw new Error(`another object has the name ${key}`);
    },
  };
}

/** @returns false when an object has the name already. */
async function isCreated({ client, bucket }: Bucket, key: string, body: string): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType: key.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/json',
          // Object Lock wants a checksum, whatever the environment says of them
          ChecksumAlgorithm: 'SHA256',
          IfNoneMatch: '*',
        }),
      );
      return true;
    } catch (error) {
      const name = nameOf(error);
      if (name === 'PreconditionFailed') return false;
      if (name !== 'ConditionalRequestConflict' || tries === MAX_PUTS) throw error;
    }
  }
}
