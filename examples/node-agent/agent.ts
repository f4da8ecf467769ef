// An agent that reads one invoice of one customer and month, and says when it is done.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { remitCredentials } from 'agent-remit/client';

const [customer = 'cus_12345678', month = '2026-10', invoice = 'invoice-1.txt'] = process.argv.slice(2);

const credentials = remitCredentials({
  task: 'export-invoices',
  parameters: { customer, month },
  purpose: `statement of ${month}`,
  onNotice: (sentence) => console.error(sentence),
});

const s3 = new S3Client({ credentials, forcePathStyle: true });
try {
  const key = `${customer}/${month}/${invoice}`;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'acme-invoices', Key: key }));
  console.log(await Body?.transformToString());
} finally {
  // the grant ends now, rather than at its longest duration
  await credentials.complete(`read ${invoice}`);
}
