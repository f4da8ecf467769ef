// Requests of the exchange, in the form the core takes them.

import type { NewTask, Renewal, Started } from '../../src/core/exchange.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { ExchangeUnderTest } from './exchange.ts';

const INVOICES = { customer: 'cus_12345678', month: '2026-10' };

/** A request for an invoice export, changed as the test wants. */
export async function askFor(
  exchange: ExchangeUnderTest,
  changes: Partial<NewTask['asked']> & { subject?: string; assertion?: string; idempotencyKey?: string } = {},
): Promise<NewTask> {
  const { subject, assertion, idempotencyKey, ...asked } = changes;
  return {
    shown: { assertion: assertion ?? (await exchange.assertion(subject)) },
    asked: { task: 'export-invoices', parameters: INVOICES, purpose: 'monthly statement', ...asked },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

/** A renewal of what was started. */
export async function nextLease(
  exchange: ExchangeUnderTest,
  started: Started,
  subject?: string,
): Promise<Renewal> {
  return {
    shown: { assertion: await exchange.assertion(subject) },
    named: { grantId: started.grant.grantId, handle: started.handle },
  };
}

/** The refusal that a call ends in. @throws when it does not. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return error as Refusal;
    throw error;
  }
  throw new Error('was not refused');
}
