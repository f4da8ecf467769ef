// A Lambda function as an agent. Its role may call sts:GetWebIdentityToken and nothing else; what it does in AWS, it
// does with leases of the task. REMIT_BROKER is the broker's URL, REMIT_AUDIENCE the audience that
// catalog/issuers.yaml names.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { remitCredentials } from 'agent-remit/client';

interface Order {
  readonly customer: string;
  readonly month: string;
  readonly invoice: string;
}

/** Parameters differ from call to call, so each call has a grant of its own, and ends it. */
export async function handler({ customer, month, invoice }: Order): Promise<string> {
  const credentials = remitCredentials({
    task: 'export-invoices',
    parameters: { customer, month },
    purpose: `invoice ${invoice}`,
  });
  const s3 = new S3Client({ credentials });
  try {
    const key = `${customer}/${month}/${invoice}.txt`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'acme-invoices', Key: key }));
    return (await Body?.transformToString()) ?? '';
  } finally {
    await credentials.complete();
    s3.destroy();
  }
}
