// The archive in S3. An object is created once and never written over: the request itself says so, and Object Lock
// keeps what is there.

import {
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { TrailArchive, TrailReader } from '../../core/audit/ports.ts';
import { nameOf } from './faults.ts';

interface Options {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Reads the archive. @throws Error of the SDK */
export function createTrailBucketReader({ client, bucket: Bucket }: Options): TrailReader {
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
  };
}

/** Reads and adds. @throws Error of the SDK, or when another object has the name. */
export function createTrailBucket(options: Options): TrailArchive {
  const reader = createTrailBucketReader(options);
  return {
    ...reader,
    async put(key, body) {
      const command = new PutObjectCommand({
        Bucket: options.bucket,
        Key: key,
        Body: body,
        ContentType: key.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/json',
        IfNoneMatch: '*',
      });
      try {
        await options.client.send(command);
      } catch (error) {
        if (nameOf(error) !== 'PreconditionFailed') throw error;
        // this batch was archived by a try before this one, or its name was taken by something else
        if ((await reader.get(key)) !== body) throw new Error(`another object has the name ${key}`);
      }
    },
  };
}
