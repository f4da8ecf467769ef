// From a person's decision to the agent's first lease in local mode, against a routine exchange of the same run. The
// agent polls when it was told to, so the time is that of a poll interval and what a redemption takes.

import { createBrokerClient } from '../src/client/broker-client.ts';
import { POLL_INTERVAL_SECONDS } from '../src/core/record/interval.ts';
import { type Local, startLocal } from '../test/support/local.ts';
import { type LocalPeople, type LocalPerson, peopleOf } from '../test/support/local-people.ts';
import { type Figure, type Measurement, median } from './figure.ts';

const REQUESTS = 15;
const EXCHANGES = 60;

function clientOf(local: Local) {
  return createBrokerClient({
    broker: local.brokerUrl,
    assertions: {
      name: 'local mode',
      repeats: false,
      choosesAudience: false,
      fetch: () => local.assertion('billing-agent'),
    },
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function routine(local: Local): Promise<number> {
  const parameters = { customer: 'cus_12345678', month: '2026-10' };
  const ask = () => clientOf(local).request({ task: 'export-invoices', parameters, purpose: 'benchmark' });
  const times: number[] = [];
  for (let count = 0; count < EXCHANGES; count += 1) times.push(await timed(ask));
  return median(times.slice(10));
}

/** Milliseconds of a decision, and of the poll that redeems it. */
async function redemption(
  local: Local,
  { people, ben }: { readonly people: LocalPeople; readonly ben: LocalPerson },
): Promise<{ decision: number; lease: number }> {
  const client = clientOf(local);
  const parameters = {
    customer: 'cus_12345678',
    refund: '7d3f0a52-0f5e-4f7e-9c1b-6a1f2d3c4b5a',
    amount: 80,
  };
  const asked = await client.request({ task: 'refund-customer', parameters, purpose: 'benchmark' });
  if (asked.kind !== 'pending') throw new Error('the example catalog wants a person here');
  local.clock.forward(POLL_INTERVAL_SECONDS + 1);
  const decision = await timed(async () => {
    const { status, body } = await people.decide(ben, asked.grant.grantId, { decision: 'approve' });
    if (status !== 200) throw new Error(JSON.stringify(body));
  });
  const lease = await timed(async () => {
    const answer = await client.poll(asked);
    if (answer.kind !== 'granted') throw new Error('not redeemed');
  });
  await client.complete(asked.grant);
  return { decision, lease };
}

async function run(): Promise<readonly Figure[]> {
  const local = await startLocal();
  try {
    const people = peopleOf(local);
    const ben = await people.enrol('ben');
    local.clock.forward(1);
    const exchange = await routine(local);
    const times: { decision: number; lease: number }[] = [];
    for (let count = 0; count < REQUESTS; count += 1) times.push(await redemption(local, { people, ben }));
    const lease = median(times.map((each) => each.lease));
    return [
      { name: 'a routine exchange, p50', value: exchange, unit: 'ms' },
      {
        name: 'a decision with its passkey, p50',
        value: median(times.map((each) => each.decision)),
        unit: 'ms',
      },
      {
        name: 'the poll that redeems ÷ a routine exchange',
        value: lease / exchange,
        unit: '×',
        aim: { atMost: 2 },
      },
      {
        name: 'decision to first lease at most, p50',
        value: POLL_INTERVAL_SECONDS + lease / 1000,
        unit: 's',
        aim: { atMost: POLL_INTERVAL_SECONDS + (2 * exchange) / 1000 },
        note: `a poll interval of ${POLL_INTERVAL_SECONDS} s and the redemption`,
      },
    ];
  } finally {
    await local.close();
  }
}

export const approvals: Measurement = {
  name: 'approvals',
  title: 'From a decision to the lease, in local mode',
  run,
};
