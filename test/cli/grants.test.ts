import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import type { Grant } from '../../src/core/model.ts';
import { sampleEvent, sampleGrant } from '../support/grant.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';
import { freshHome, type Outcome, runCli } from './run-cli.ts';

let tables: Tables;
const mine = sampleGrant({ purpose: 'red \u001b[31m alert' });
const other = sampleGrant({
  agent: 'support-agent',
  task: 'close-account',
  requestedAt: new Date(Date.now() - 60_000),
});

beforeAll(async () => {
  tables = await startTables();
  const store = createGrantStore({ client: tables.client, table: TABLES.grants });
  for (const grant of [mine, other]) await store.reserve(grant, sampleEvent('grant.reserved'));
  await store.end(
    { grantId: other.grantId, status: 'failed', reason: 'policy_error', at: new Date(), from: ['reserved'] },
    sampleEvent('grant.ended'),
  );
});
afterAll(() => tables.close());

function grants(...args: string[]): Promise<Outcome> {
  return runCli(['grants', ...args], {
    HOME: freshHome(),
    REMIT_GRANTS_TABLE: TABLES.grants,
    AWS_ENDPOINT_URL: tables.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
}

const idsIn = (outcome: Outcome) =>
  (JSON.parse(outcome.stdout) as { grants: Grant[] }).grants.map((grant) => grant.grantId);

describe('remit grants', () => {
  it('[CLI-11] lists what is open', async () => {
    const outcome = await grants();
    expect(outcome.code).toBe(0);
    const [header, row, ...rest] = outcome.stdout.trimEnd().split('\n');
    expect(header).toMatch(/^GRANT +STATUS +AGENT +TASK/);
    expect(row).toMatch(new RegExp(`^${mine.grantId}  reserved  billing-agent  export-invoices`));
    expect(rest).toEqual([]);
  });

  it('[CLI-11] by agent, task, status and time, as JSON', async () => {
    expect(idsIn(await grants('--agent', 'support-agent', '--json'))).toEqual([other.grantId]);
    expect(idsIn(await grants('--task', 'export-invoices', '--json'))).toEqual([mine.grantId]);
    expect(idsIn(await grants('--task', 'close-account', '--status', 'active', '--json'))).toEqual([]);
    expect(idsIn(await grants('--agent', 'support-agent', '--from', '1h', '--json'))).toEqual([
      other.grantId,
    ]);
    expect(idsIn(await grants('--agent', 'support-agent', '--to', '2020-01-01', '--json'))).toEqual([]);
  });

  it('shows one grant whole, without the hash of its handle or terminal escapes', async () => {
    const { code, stdout } = await grants(mine.grantId);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^parameters +\{"customer":"cus_12345678","month":"2026-10"\}$/m);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain(mine.handleHash);
  });

  it('[CLI-9] nothing there, a table that is not there, a time that is none: a sentence each', async () => {
    const none = await grants('01K9Z3Q4M5N6P7R8S9T0V1W2X3');
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no grant 01K9') });
    const empty = await grants('--agent', 'nobody');
    expect(empty).toMatchObject({ code: 0, stdout: '', stderr: 'remit: no grant matches\n' });
    const ended = await grants('--status', 'completed');
    expect(ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('add --agent or --task'),
    });
    const open = await grants('--to', '2020-01-01');
    expect(open).toMatchObject({ code: 0, stderr: expect.stringContaining('no open grant matches') });
    const table = await grants('--table', 'missing');
    expect(table.code).toBe(4);
    expect(table.stderr).toMatch(
      /^remit: The table cannot be read \(ResourceNotFoundException\)\.\n {2}fix: /,
    );
    expect((await grants('--from', 'yesterday')).code).toBe(2);
  });
});
