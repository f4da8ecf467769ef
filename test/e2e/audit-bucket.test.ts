// `remit audit` on a bucket, by the plane's S3: the same trail, the same proof.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeptTrail } from '../../src/adapters/local/kept-trail.ts';
import { type OpenPlane, openPlane } from '../../src/adapters/local/plane/open-plane.ts';
import { freshHome, runCli } from '../cli/run-cli.ts';
import { change } from '../support/trail.ts';

const home = mkdtempSync(join(tmpdir(), 'remit-bucket-'));
const directory = join(home, 'trail');
const keyFile = join(home, 'key.pem');
let plane: OpenPlane;

beforeAll(async () => {
  const trail = await openKeptTrail({
    place: { directory, keptBy: join(home, 'audit') },
    clock: () => new Date(),
    log: () => undefined,
  });
  for (const key of ['G1', 'G2', 'G3', 'G4']) trail.take('grants', change(key, 1));
  await trail.close();
  writeFileSync(keyFile, trail.publicKey);
  const identity = { partition: 'aws', region: 'eu-west-1', account: '000000000000' };
  plane = await openPlane({ identity, clock: () => new Date(), port: 0 });
  await plane.load({ roles: [], tables: [], buckets: ['acme-trail'] });
  const s3 = new S3Client({
    endpoint: plane.url,
    region: 'eu-west-1',
    credentials: plane.operator,
    forcePathStyle: true,
  });
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('json'),
  );
  for (const Key of names)
    await s3.send(
      new PutObjectCommand({ Bucket: 'acme-trail', Key, Body: readFileSync(join(directory, Key)) }),
    );
  s3.destroy();
});
afterAll(async () => {
  await plane.close();
  rmSync(home, { recursive: true });
});

const audit = (...args: string[]) =>
  runCli(['audit', ...args, '--region', 'eu-west-1', '--endpoint', plane.url], {
    HOME: freshHome(),
    AWS_ACCESS_KEY_ID: plane.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: plane.operator.secretAccessKey,
    REMIT_TRAIL_BUCKET: 'acme-trail',
  });

test('[AUDIT-10] a bucket is proved and searched as a directory is', async () => {
  const whole = await audit('verify', '--public-key', keyFile);
  expect([whole.code, whole.stderr]).toEqual([0, '']);
  expect(whole.stdout).toMatch(/trail +s3:\/\/acme-trail\nrecords +4\n[\s\S]*WHOLE/);
  // the plane's S3 keeps no versions
  expect(whole.stdout).toMatch(/^versions +not read: .*s3:ListBucketVersions$/m);
  const found = JSON.parse((await audit('search', '--agent', 'billing-agent', '--json')).stdout) as unknown[];
  expect(found).toHaveLength(4);
  const unknown = await audit('verify', '--public-key', keyFile, '--bucket', 'another');
  expect([unknown.code, unknown.stderr]).toEqual([
    4,
    expect.stringMatching(/bucket another cannot be read \(NoSuchBucket\)/),
  ]);
  expect((await audit('verify')).code).toBe(2);
}, 60_000);

test('[AUDIT-25] the public key of local mode is printed for whoever verifies elsewhere', async () => {
  const none = await runCli(['audit', 'key'], { HOME: freshHome(), REMIT_BROKER: 'http://localhost:9' });
  expect(none.code).toBe(2);
});
