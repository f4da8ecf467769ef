// A plain S3 program that knows nothing of Remit: reads an invoice of each customer with whatever credentials its
// environment gives, and prints what came of it. For `remit exec` in local mode.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CAST, invoiceKey } from './cast.ts';
import { attempt } from './stage.ts';

const s3 = new S3Client({});
for (const customer of [CAST.customer, CAST.otherCustomer]) {
  const key = invoiceKey(customer, CAST.month);
  const read = await attempt(() => s3.send(new GetObjectCommand({ Bucket: CAST.bucket, Key: key })));
  const text = read.ok ? await read.value.Body?.transformToString() : `${read.name}: ${read.message}`;
  process.stdout.write(`s3://${CAST.bucket}/${key}\n  ${text?.trim()}\n`);
}
