// Versions of the archive as S3 lists them: pages, what is written over, what is deleted, and whoever may not look.

import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { createTrailBucketReader } from '../../../src/adapters/aws/trail-bucket.ts';

type Input = Record<string, unknown>;

/** Answers requests in their order, and remembers them. */
function bucketThatSays(...answers: readonly (Input | Error)[]) {
  const asked: Input[] = [];
  const client = {
    send: async ({ input }: { input: Input }) => {
      const answer = answers[asked.push(input) - 1];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
      return answer;
    },
  } as unknown as S3Client;
  return { asked, reader: createTrailBucketReader({ client, bucket: 'the-trail' }) };
}

test('[AUDIT-57] names with an older version or a mark of deletion are told, each once, over all pages', async () => {
  const { asked, reader } = bucketThatSays(
    {
      IsTruncated: true,
      NextKeyMarker: 'shard=0/b',
      NextVersionIdMarker: 'v2',
      Versions: [
        { Key: 'shard=0/a', IsLatest: true },
        { Key: 'shard=0/b', IsLatest: true },
        { Key: 'shard=0/b', IsLatest: false },
      ],
    },
    {
      IsTruncated: false,
      Versions: [
        { Key: 'shard=0/b', IsLatest: false },
        { Key: 'shard=0/c', IsLatest: false },
      ],
      DeleteMarkers: [
        { Key: 'shard=0/c', IsLatest: true },
        { Key: 'shard=0/d', IsLatest: true },
      ],
    },
  );
  expect(await reader.rewritten?.('shard=')).toEqual(['shard=0/b', 'shard=0/c', 'shard=0/d']);
  expect(asked).toEqual([
    { Bucket: 'the-trail', Prefix: 'shard=' },
    { Bucket: 'the-trail', Prefix: 'shard=', KeyMarker: 'shard=0/b', VersionIdMarker: 'v2' },
  ]);
});

test('[AUDIT-57] whoever may not list versions learns just that; any other failure fails', async () => {
  const named = (name: string) => Object.assign(new Error(name), { name });
  expect(await bucketThatSays(named('AccessDenied')).reader.rewritten?.('shard=')).toBeUndefined();
  await expect(bucketThatSays(named('SlowDown')).reader.rewritten?.('shard=')).rejects.toThrow('SlowDown');
});
