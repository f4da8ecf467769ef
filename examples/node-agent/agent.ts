// An agent that reads one customer's invoices of one month, and says when it is done.

import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { remitCredentials } from 'agent-remit/client';

const [customer = 'cus_12345678', month = '2026-10'] = process.argv.slice(2);

const credentials = remitCredentials({
  task: 'export-invoices',
  parameters: { customer, month },
  purpose: `statement of ${month}`,
  onNotice: (sentence) => console.error(sentence),
});

const s3 = new S3Client({ credentials, forcePathStyle: true });
try {
  const prefix = `${customer}/${month}/`;
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: 'acme-invoices', Prefix: prefix }),
  );
  for (const { Key, Size } of Contents) console.log(`${Key} ${Size}`);
} finally {
  // the grant ends now, rather than at its longest duration
  await credentials.complete('listed');
}
