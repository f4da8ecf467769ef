// A long lease is killed: the plane's IAM then denies its holder everything, and leaves its sibling alone.

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invoiceKey } from '../../cli/story/cast.ts';
import type { Granted } from '../../src/client/lease.ts';
import { KILL_LIST_POLICY } from '../../src/core/kill/kill-list.ts';
import { askForInvoices } from '../support/invoices.ts';
import { type Local, startLocal } from '../support/local.ts';

let local: Local;
beforeAll(async () => {
  const catalogDirectory = join(mkdtempSync(join(tmpdir(), 'remit-long-')), 'catalog');
  cpSync('catalog', catalogDirectory, { recursive: true });
  const file = join(catalogDirectory, 'tasks', 'export-invoices.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^lease: .*$/m, 'lease: 600s'));
  local = await startLocal({ catalogDirectory });
});
afterAll(() => local.close());

const ask = () => askForInvoices(local);

/** What S3 answers the lease's holder: the name of the error, or nothing. */
async function tryToRead({ lease }: Granted): Promise<string | undefined> {
  const credentials = lease;
  const s3 = new S3Client({
    endpoint: local.awsUrl,
    region: local.region,
    forcePathStyle: true,
    credentials,
  });
  const bucket = 'acme-invoices';
  const read = new GetObjectCommand({ Bucket: bucket, Key: invoiceKey('cus_12345678', '2026-10') });
  return s3.send(read).then(
    () => undefined,
    (error: Error) => error.name,
  );
}

test('[KILL-8] the killed lease gets AccessDenied at once in the local plane, and its sibling goes on', async () => {
  const [killed, sibling] = [await ask(), await ask()];
  const before = await tryToRead(killed);
  expect(before).not.toBe('AccessDenied');
  const answer = await fetch(new URL('/dev/admin', local.brokerUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      command: 'kill',
      scope: { kind: 'grant', id: killed.grant.grantId },
      reason: 'odd',
    }),
  });
  expect((await answer.json()) as unknown).toMatchObject({
    ended: 1,
    killLists: [expect.stringContaining('export')],
  });
  const role = local.roles().find(({ name }) => name.endsWith('-task-export-invoices'));
  expect(JSON.stringify(role?.policies.get(KILL_LIST_POLICY))).toContain(killed.grant.grantId);
  expect(await tryToRead(killed)).toBe('AccessDenied');
  expect(await tryToRead(sibling)).toBe(before);
});
