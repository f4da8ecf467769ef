import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeaseCredentials } from '../../../src/core/model.ts';
import { allow, type Fixture, policy, startFixture } from './plane-fixture.ts';

const onlyA = policy(allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::files/a/*'), {
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: 'arn:aws:s3:::files',
  Condition: { StringLike: { 's3:prefix': 'a/*' } },
});

describe('S3 of the local AWS plane', () => {
  let plane: Fixture;
  let leaseOnA: LeaseCredentials;

  beforeAll(async () => {
    plane = await startFixture();
    leaseOnA = await plane.assume(onlyA);
    for (const key of ['a/one.txt', 'a/two.txt', 'b/one.txt'])
      await plane
        .s3(plane.operator)
        .send(new PutObjectCommand({ Bucket: 'files', Key: key, Body: `content of ${key}` }));
  });
  afterAll(() => plane.close());

  it('reads an object inside the session policy, with a stock SDK [LOCAL-1]', async () => {
    const answer = await plane.s3(leaseOnA).send(new GetObjectCommand({ Bucket: 'files', Key: 'a/one.txt' }));
    expect(await answer.Body?.transformToString()).toBe('content of a/one.txt');
    expect(answer.ETag).toBe(`"${createHash('md5').update('content of a/one.txt').digest('hex')}"`);
  });

  it('denies what the role allows and the session policy does not, naming action and resource [LOCAL-2]', async () => {
    const attempt = plane.s3(leaseOnA).send(new GetObjectCommand({ Bucket: 'files', Key: 'b/one.txt' }));
    await expect(attempt).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/s3:GetObject.*arn:aws:s3:::files\/b\/one\.txt/),
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('denies what the session policy allows and the role does not', async () => {
    const wide = await plane.assume(policy(allow('s3:GetObject', '*')));
    const attempt = plane.s3(wide).send(new GetObjectCommand({ Bucket: 'other', Key: 'x' }));
    await expect(attempt).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('bounds a role that its inline policy widens by its permissions boundary [LOCAL-3]', async () => {
    const credentials = await plane.assume(undefined, plane.plane.roles.list()[2]?.arn);
    const s3 = plane.s3(credentials);
    await expect(s3.send(new GetObjectCommand({ Bucket: 'files', Key: 'a/one.txt' }))).resolves.toBeDefined();
    const outside = s3.send(new GetObjectCommand({ Bucket: 'files', Key: 'b/one.txt' }));
    await expect(outside).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('stores bodies of buffers, streams and unusual keys unchanged', async () => {
    const s3 = plane.s3(leaseOnA);
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));
    const key = 'a/ü ber+50%/.././x';
    await s3.send(new PutObjectCommand({ Bucket: 'files', Key: key, Body: bytes, Metadata: { note: 'n' } }));
    const stream = Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
    await s3.send(
      new PutObjectCommand({ Bucket: 'files', Key: 'a/stream', Body: stream, ContentLength: bytes.length }),
    );
    for (const stored of [key, 'a/stream']) {
      const answer = await s3.send(new GetObjectCommand({ Bucket: 'files', Key: stored }));
      expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    }
  });

  it('answers HEAD with the length and a denied HEAD without a body', async () => {
    const s3 = plane.s3(leaseOnA);
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'files', Key: 'a/one.txt' }));
    expect(head.ContentLength).toBe(20);
    const denied = s3.send(new HeadObjectCommand({ Bucket: 'files', Key: 'b/one.txt' }));
    await expect(denied).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('reads a range', async () => {
    const answer = await plane
      .s3(leaseOnA)
      .send(new GetObjectCommand({ Bucket: 'files', Key: 'a/one.txt', Range: 'bytes=0-6' }));
    expect(await answer.Body?.transformToString()).toBe('content');
    expect(answer.ContentRange).toBe('bytes 0-6/20');
  });

  it('lists under the allowed prefix, by delimiter and by page, and denies another prefix or none', async () => {
    const s3 = plane.s3(leaseOnA);
    const list = (input: object) => s3.send(new ListObjectsV2Command({ Bucket: 'files', ...input }));
    expect((await list({ Prefix: 'a/o' })).Contents?.map(({ Key }) => Key)).toEqual(['a/one.txt']);
    const page = await list({ Prefix: 'a/', MaxKeys: 1 });
    expect(page.IsTruncated).toBe(true);
    const next = await list({ Prefix: 'a/', ContinuationToken: page.NextContinuationToken });
    expect(next.Contents?.map(({ Key }) => Key)).not.toContain(page.Contents?.[0]?.Key);
    await expect(list({ Prefix: 'b/' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(list({})).rejects.toMatchObject({ name: 'AccessDenied' });
    const all = await plane
      .s3(plane.operator)
      .send(new ListObjectsV2Command({ Bucket: 'files', Delimiter: '/' }));
    expect(all.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/', 'b/']);
  });

  it('does not tell whether a key or bucket exists to those who may not list', async () => {
    const s3 = plane.s3(leaseOnA);
    const missing = (Bucket: string, Key: string) => s3.send(new GetObjectCommand({ Bucket, Key }));
    await expect(missing('files', 'a/none')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(missing('nowhere', 'a/none')).rejects.toMatchObject({ name: 'AccessDenied' });
    const operator = plane.s3(plane.operator).send(new GetObjectCommand({ Bucket: 'files', Key: 'a/none' }));
    await expect(operator).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('deletes only where allowed', async () => {
    const remove = new DeleteObjectCommand({ Bucket: 'files', Key: 'a/one.txt' });
    await expect(plane.s3(leaseOnA).send(remove)).rejects.toMatchObject({ name: 'AccessDenied' });
    await plane.s3(plane.operator).send(new DeleteObjectCommand({ Bucket: 'files', Key: 'a/two.txt' }));
    const gone = plane.s3(plane.operator).send(new GetObjectCommand({ Bucket: 'files', Key: 'a/two.txt' }));
    await expect(gone).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it.each([
    ['a copy', new CopyObjectCommand({ Bucket: 'files', Key: 'a/copy', CopySource: 'files/b/one.txt' })],
    ['an ACL', new PutObjectCommand({ Bucket: 'files', Key: 'a/acl', Body: 'x', ACL: 'public-read' })],
    ['tags', new PutObjectCommand({ Bucket: 'files', Key: 'a/tags', Body: 'x', Tagging: 'a=b' })],
  ])('refuses %s rather than doing it under another permission [LOCAL-4]', async (_, command) => {
    const attempt = plane.s3(plane.operator).send(command as PutObjectCommand);
    await expect(attempt).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('refuses an upload whose declared checksum is not that of the body', async () => {
    const wrong = new PutObjectCommand({
      Bucket: 'files',
      Key: 'a/sum',
      Body: 'x',
      ChecksumCRC32: 'AAAAAA==',
    });
    await expect(plane.s3(leaseOnA).send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
  });
});
