// The console's files in a bucket of moto: what a deployment brings, what it takes away, and when.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { buildConsoleFiles } from '../../lambda/console-files.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const IMMUTABLE = 'public, max-age=31536000, immutable';
const hours = (count: number) => count * 3_600_000;
let s3: S3Client;
let bucket: string;
let folder: string;
let count = 0;

beforeEach(async () => {
  count += 1;
  bucket = `console-${process.pid}-${count}`;
  folder = mkdtempSync(join(tmpdir(), 'remit-console-'));
  s3 = new S3Client({ endpoint: inject('moto'), region: 'us-east-1', credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  s3.destroy();
});

/** A build with these files below assets/. */
function build(...assets: readonly string[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), `<script src="/console/assets/${assets[0]}"></script>`);
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  for (const name of assets) writeFileSync(join(folder, 'assets', name), name);
}

/** Calls the function so many milliseconds from now. */
function call(
  RequestType: 'Create' | 'Update' | 'Delete',
  later = 0,
  emptyOnDelete = 'false',
): Promise<{ PhysicalResourceId: string }> {
  const handle = buildConsoleFiles(
    { CONSOLE_BUCKET: bucket, CONSOLE_FILES: folder },
    {
      endpoint: inject('moto'),
      region: 'us-east-1',
      credentials,
      clock: () => new Date(Date.now() + later),
      log: () => undefined,
    },
  );
  return handle({ RequestType, ResourceProperties: { emptyOnDelete } });
}

async function keys(): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => String(Key)).sort();
}

describe('a deployment', () => {
  test('[WORKFLOW-16] brings each file with its type, and how long it may be kept', async () => {
    build('main-1.js', 'main-1.css', 'font-1.woff2');
    await call('Create');
    const found = await Promise.all(
      (await keys()).map(async (Key) => {
        const { ContentType, CacheControl } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
        return [Key, ContentType, CacheControl];
      }),
    );
    expect(found).toEqual([
      ['console/assets/font-1.woff2', 'font/woff2', IMMUTABLE],
      ['console/assets/main-1.css', 'text/css; charset=utf-8', IMMUTABLE],
      ['console/assets/main-1.js', 'text/javascript; charset=utf-8', IMMUTABLE],
      ['console/icon.svg', 'image/svg+xml', 'no-cache'],
      ['console/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ]);
  });

  test('[WORKFLOW-16] keeps what a page that is open still loads, and repeats itself without harm', async () => {
    build('main-1.js');
    await call('Create');
    build('main-2.js');
    const first = await call('Update', hours(48));
    expect(await keys()).toContain('console/assets/main-1.js');
    expect(await keys()).toContain('console/assets/main-2.js');
    expect(await call('Update', hours(1))).toEqual(first);
    expect(await keys()).toContain('console/assets/main-1.js');
  });

  test('[WORKFLOW-16] fails and writes nothing when the build has no page', async () => {
    build('main-1.js');
    rmSync(join(folder, 'index.html'));
    await expect(call('Create')).rejects.toThrow(/index\.html/);
    expect(await keys()).toEqual([]);
  });

  test('[WORKFLOW-16] the end of a trial empties the bucket; any other leaves it', async () => {
    build('main-1.js');
    await call('Create');
    await call('Delete');
    expect(await keys()).toHaveLength(3);
    await call('Delete', 0, 'true');
    await call('Delete', 0, 'true');
    expect(await keys()).toEqual([]);
  });
});
