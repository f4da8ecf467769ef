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

const customers = [CAST.customer, CAST.otherCustomer].map((customer) => ({
  table: 'acme-customers',
  item: { customer, name: `Customer ${customer.slice(4)}`, state: 'open' },
}));

const orders = [CAST.customer, CAST.otherCustomer].flatMap((customer) =>
  ['order-1', 'order-2'].map((order) => ({ table: 'acme-orders', item: { customer, order, state: 'sent' } })),
);

export const EXAMPLE_DATA: SeedData = {
  objects: invoices,
  tables: [
    { table: 'acme-customers', partitionKey: 'customer' },
    { table: 'acme-orders', partitionKey: 'customer', sortKey: 'order' },
  ],
  items: [...customers, ...orders],
};
