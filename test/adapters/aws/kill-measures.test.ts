// What the functions of kills measure, read as CloudWatch reads it: from the lines that they print.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { buildKillList } from '../../../lambda/kill-list.ts';
import { buildSettle } from '../../../lambda/settle.ts';
import { kill } from '../../../src/core/kill/kill.ts';
import type { KillScope } from '../../../src/core/kill/ports.ts';
import { troubled } from '../../slow/troubled.ts';
import { type ExchangeUnderTest, startExchange } from '../../support/exchange.ts';
import { sampleEvent, sampleGrant } from '../../support/grant.ts';
import { ORDER, ordersOver } from '../../support/orders.ts';
import { refusalOf } from '../../support/requests.ts';
import { startTables, TABLES, type Tables } from '../../support/tables.ts';

let tables: Tables;
let exchange: ExchangeUnderTest;
let aws: Awaited<ReturnType<typeof troubled>>;
beforeAll(async () => {
  tables = await startTables();
  exchange = await startExchange(tables);
  aws = await troubled(tables.endpoint);
});
afterAll(async () => {
  aws.close();
  await tables.close();
});

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

/** Values of a metric in what was printed, each with its dimensions. */
function measured(metric: string): readonly object[] {
  const lines = printed.filter((line) => line.includes('"CloudWatchMetrics"'));
  return lines.flatMap((line) => {
    const { _aws, ...values } = JSON.parse(line) as Record<string, unknown> & {
      readonly _aws: { readonly CloudWatchMetrics: readonly Directive[] };
    };
    return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.filter(({ Name }) => Name === metric).map(({ Name, Unit }) => ({
        Namespace,
        Unit,
        value: values[Name],
        dimensions: Object.fromEntries((Dimensions[0] ?? []).map((name) => [name, values[name]])),
      })),
    );
  });
}
interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const world = () => ({
  endpoint: aws.url,
  region: 'eu-west-1',
  credentials,
  catalog: exchange.catalog,
  clock: exchange.deps.clock,
  killQueue: { send: async () => undefined },
});

test('[KILL-10] [KILL-24] a kill that is settled is measured once, in seconds from its order, by what it killed', async () => {
  const settle = buildSettle(
    {
      CATALOG_FILE: 'none',
      GRANTS_TABLE: TABLES.grants,
      REGISTRY_TABLE: TABLES.registry,
      KILL_QUEUE_URL: 'none',
    },
    world(),
  );
  const at = exchange.deps.clock();
  const grant = sampleGrant({ leaseExpiresAt: new Date(at.getTime() + 45_000) });
  await exchange.deps.grants.reserve(grant, sampleEvent());
  const scope: KillScope = { kind: 'grant', id: grant.grantId };
  await kill(ordersOver(tables, exchange), { scope, order: ORDER }, { at, requestId: 'measured' });
  await settle({});
  expect(measured('TimeToDead')).toEqual([]);
  exchange.pass(121);
  await settle({});
  await settle({});
  expect(measured('TimeToDead')).toEqual([
    {
      Namespace: 'Remit',
      Unit: 'Seconds',
      value: 45,
      dimensions: { service: 'remit', scope: 'grant' },
    },
  ]);
});

test.each([
  ['Throttling', 1],
  ['ServiceUnavailable', 0],
] as const)(
  '[KILL-9] an IAM that answers %s fails the run, which counts as a throttle %d times',
  async (trouble, count) => {
    const write = buildKillList(
      {
        CATALOG_FILE: 'none',
        REGISTRY_TABLE: TABLES.registry,
        ROLE_ACCOUNT: '111122223333',
        ROLE_PARTITION: 'aws',
        ROLE_PREFIX: 'remit',
      },
      world(),
    );
    const role = 'arn:aws:iam::111122223333:role/remit/remit-task-export-invoices';
    aws.disturb('GetRolePolicy', trouble, { calls: 3 });
    const run = write({ Records: [{ body: JSON.stringify({ role }) }] });
    expect((await refusalOf(run)).code).toBe('store_unavailable');
    expect(aws.calls('GetRolePolicy')).toBeGreaterThanOrEqual(3);
    const told = { Namespace: 'Remit', Unit: 'Count', value: 1, dimensions: { service: 'remit' } };
    expect(measured('Throttles')).toEqual(Array(count).fill(told));
  },
);
