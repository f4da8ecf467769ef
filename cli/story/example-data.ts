// Made-up data behind the shipped example catalog, so that its tasks find something in local mode.

import type { SeedData } from '../../src/adapters/local/seed.ts';
import { CAST, invoiceKey } from './cast.ts';

const invoices = [CAST.customer, CAST.otherCustomer].flatMap((customer) =>
  [CAST.month, CAST.otherMonth].map((month) => ({
    bucket: CAST.bucket,
    key: invoiceKey(customer, month),
    body: `Invoice 1 of ${month} for ${customer}: 3 widgets, 42.00 EUR\n`,
  })),
);

export const EXAMPLE_DATA: SeedData = { objects: invoices, items: [] };
