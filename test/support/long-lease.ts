// Local mode whose everyday task gives leases that outlive the propagation of IAM, so that a kill must reach them.

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { invoiceKey } from '../../cli/story/cast.ts';
import type { Granted } from '../../src/client/lease.ts';
import { type Local, startLocal } from './local.ts';

/** Another agent that may do what `billing-agent` may. */
export const SIBLING = 'sibling-agent';

/** Local mode in which invoices are exported with a lease of ten minutes; the caller closes it. */
export function startWithLongLeases(): Promise<Local> {
  const catalogDirectory = join(mkdtempSync(join(tmpdir(), 'remit-long-')), 'catalog');
  cpSync('catalog', catalogDirectory, { recursive: true });
  const file = join(catalogDirectory, 'tasks', 'export-invoices.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^lease: .*$/m, 'lease: 600s'));
  const agents = join(catalogDirectory, 'agents');
  const agent = readFileSync(join(agents, 'billing-agent.yaml'), 'utf8');
  writeFileSync(join(agents, `${SIBLING}.yaml`), agent.replaceAll('billing-agent', SIBLING));
  return startLocal({ catalogDirectory });
}

/** What S3 answers the lease's holder, who uses a stock SDK: the name of the error, or nothing. */
export async function tryToRead(local: Local, { lease }: Granted): Promise<string | undefined> {
  const s3 = new S3Client({
    endpoint: local.awsUrl,
    region: local.region,
    forcePathStyle: true,
    credentials: lease,
  });
  const bucket = 'acme-invoices';
  const read = new GetObjectCommand({ Bucket: bucket, Key: invoiceKey('cus_12345678', '2026-10') });
  return s3.send(read).then(
    () => undefined,
    (error: Error) => error.name,
  );
}
