// Who plays in the story, from the shipped example catalog, and the objects it finds in S3.

import type { Parameters } from '../../src/core/model.ts';

interface Cast {
  readonly agent: string;
  readonly task: string;
  readonly bucket: string;
  readonly customer: string;
  readonly otherCustomer: string;
  readonly month: string;
  readonly otherMonth: string;
  /** A task that no policy gives this agent. */
  readonly foreignTask: { readonly task: string; readonly parameters: Parameters };
  /** A task that a policy gives this agent only together with a person. */
  readonly largeRefund: { readonly task: string; readonly parameters: Parameters };
}

export const CAST: Cast = {
  agent: 'billing-agent',
  task: 'export-invoices',
  bucket: 'acme-invoices',
  customer: 'cus_12345678',
  otherCustomer: 'cus_87654321',
  month: '2026-10',
  otherMonth: '2026-09',
  foreignTask: { task: 'publish-release-notes', parameters: { version: 'v1.2.3' } },
  largeRefund: {
    task: 'refund-customer',
    parameters: { customer: 'cus_12345678', refund: '7d3f0a52-0f5e-4f7e-9c1b-6a1f2d3c4b5a', amount: 80 },
  },
};

/** Key of an invoice of a customer. */
export const invoiceKey = (customer: string, month: string): string => `${customer}/${month}/invoice-1.txt`;
