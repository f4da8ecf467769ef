// The synthesized definition of the approval workflow, executed by moto with the real function on an embedded DynamoDB.
// A request lives some seconds here; every execution has a region of its own, since moto starts only one in each.

import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildWorkflow } from '../../lambda/workflow.ts';
import { createDecisionStore } from '../../src/adapters/aws/grant-decisions.ts';
import { createGrantStore } from '../../src/adapters/aws/grants-table.ts';
import { createWorkflow } from '../../src/adapters/aws/workflow.ts';
import type { ApprovalNotice } from '../../src/core/approve/ports.ts';
import type { Approval, Grant } from '../../src/core/model.ts';
import { sampleEvent } from '../support/grant.ts';
import { PLACE, pendingGrant, workflowCatalog } from '../support/pending.ts';
import { deployedBy, stackOf } from '../support/stack.ts';
import { definitionOf } from '../support/state-machine.ts';
import { startTables, TABLES, type Tables } from '../support/tables.ts';
import { type StepFunctions, startStepFunctions } from './step-functions.ts';

const ACCOUNT = '123456789012';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const catalog = workflowCatalog();
const deployed = deployedBy(stackOf().stack);
const REGIONS = [
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-central-1',
  'eu-north-1',
  'us-east-1',
  'us-east-2',
];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let tables: Tables;
let stepFunctions: StepFunctions;
beforeAll(async () => {
  tables = await startTables();
  stepFunctions = await startStepFunctions();
});
afterAll(async () => {
  await stepFunctions.close();
  await tables.close();
});

interface Event {
  readonly step: string;
  readonly taskToken?: string;
}

/** One request with its execution in a region of its own. */
async function execution(
  options: { readonly seconds?: number; readonly crash?: (event: Event, count: number) => boolean } = {},
) {
  const region = REGIONS.shift() ?? 'ap-south-1';
  const functionArn = `arn:aws:lambda:${region}:${ACCOUNT}:function:remit-workflow`;
  const client = new SFNClient({ endpoint: stepFunctions.endpoint, region, credentials });
  const machine = await client.send(
    new CreateStateMachineCommand({
      name: 'remit-approvals',
      definition: definitionOf(deployed, functionArn),
      roleArn: `arn:aws:iam::${ACCOUNT}:role/remit-approvals`,
    }),
  );
  const workflow = createWorkflow({ client, stateMachineArn: String(machine.stateMachineArn) });
  const rows = { client: tables.client, table: TABLES.grants };
  const grants = createGrantStore(rows);
  const decisions = createDecisionStore(rows);
  const notices: ApprovalNotice[] = [];
  const events: Event[] = [];
  const handler = buildWorkflow(environment(), {
    endpoint: tables.endpoint,
    region,
    credentials,
    catalog,
    workflow,
    notifier: { notify: async (notice) => (notices.push(notice) > 0 ? [] : []) },
    log: () => undefined,
  });
  stepFunctions.serve(functionArn, async (event) => {
    const asked = event as Event;
    events.push(asked);
    const answer = await handler(event);
    const count = events.filter(({ step }) => step === asked.step).length;
    // dies after it did its work, before anybody heard of it
    if (options.crash?.(asked, count)) throw new Error('crash');
    return answer;
  });
  const grant = pendingGrant(catalog, 'close-account', new Date(), options.seconds ?? 60);
  expect(await grants.reserve(grant, sampleEvent('grant.pending'))).toBe(true);
  await workflow.start(grant.grantId, grant.requestDigest);
  const executionArn = `${String(machine.stateMachineArn).replace(':stateMachine:', ':execution:')}:${grant.grantId}`;

  return {
    grant,
    workflow,
    notices,
    events,
    decisions,
    row: () => grants.get(grant.grantId),
    steps: () => events.map(({ step }) => step),
    /** Waits for the token, as whoever decides reads it. */
    async token(): Promise<string> {
      for (;;) {
        const token = await decisions.waitingToken(grant.grantId);
        if (token !== undefined) return token;
        await pause(100);
      }
    },
    decide: (to: 'approved' | 'denied') =>
      decisions.decide({ seen: grant, approval: approvalOf(grant, to), to }, sampleEvent('grant.decided')),
    /** How it ended, and the states that it went through. */
    async end(): Promise<{ status: string; states: string[]; text: string }> {
      for (;;) {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (status !== 'RUNNING') {
          const { events: history = [] } = await client.send(
            new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
          );
          const states = history.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
          client.destroy();
          return { status: String(status), states, text: JSON.stringify(history) };
        }
        await pause(200);
      }
    },
  };
}

function environment() {
  return {
    CATALOG_FILE: 'none',
    GRANTS_TABLE: TABLES.grants,
    FINDINGS_TABLE: TABLES.findings,
    ROLE_ACCOUNT: PLACE.account,
    ROLE_PARTITION: PLACE.partition,
    ROLE_PREFIX: PLACE.prefix,
    CONSOLE_ORIGIN: 'https://console.acme.dev',
    NOTIFY_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:notices',
    EVENT_BUS: 'default',
  };
}

function approvalOf(grant: Grant, to: 'approved' | 'denied'): Approval {
  return {
    approver: { issuer: 'https://login.acme.dev', subject: 'ben' },
    decision: to === 'approved' ? 'approve' : 'deny',
    requestDigest: grant.requestDigest,
    decidedAt: new Date(),
    evidenceId: `evidence-${grant.grantId}`,
  };
}

describe('[WORKFLOW-11] the definition, executed', () => {
  test('approved: people are told, the wake leads to the row, the row to Approved', async () => {
    const run = await execution();
    const token = await run.token();
    expect(await run.decide('approved')).toMatchObject({ status: 'approved' });
    expect(await run.workflow.wake(token)).toBe(true);
    const { status, states, text } = await run.end();
    expect(status).toBe('SUCCEEDED');
    expect(states).toEqual(['Open', 'AwaitFirst', 'Close', 'HowDecided', 'Approved']);
    expect(run.notices.map(({ kind }) => kind)).toEqual(['opened', 'approved']);
    expect(await run.workflow.wake(token)).toBe(false);
    // nothing of the request but its digest
    for (const value of ['monthly statement', 'billing-agent', run.grant.handleHash, '"amount"'])
      expect(text).not.toContain(value);
  });

  test('denied', async () => {
    const run = await execution();
    const token = await run.token();
    await run.decide('denied');
    await run.workflow.wake(token);
    const { status, states } = await run.end();
    expect(status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('Denied');
  });

  test('nobody decides: two reminders, an escalation, and it lapses', async () => {
    const run = await execution({ seconds: 8 });
    const { status, states } = await run.end();
    expect(status).toBe('SUCCEEDED');
    expect(states).toEqual([
      'Open',
      'AwaitFirst',
      'Remind',
      'AwaitSecond',
      'RemindAgain',
      'AwaitThird',
      'Escalate',
      'AwaitFourth',
      'CloseUndecided',
      'HowEnded',
      'Lapsed',
    ]);
    const told = ['opened', 'reminder', 'reminder', 'escalation', 'lapsed'];
    expect(run.notices.map(({ kind }) => kind)).toEqual(told);
    expect(await run.row()).toMatchObject({ status: 'lapsed', endReason: 'nobody decided in time' });
  });

  test('decided after the reminder: the row has the token of the second wait, which wakes it', async () => {
    const run = await execution({ seconds: 16 });
    const first = await run.token();
    while (!run.steps().includes('remind')) await pause(100);
    let second = first;
    while (second === first) {
      await pause(100);
      second = await run.token();
    }
    await run.decide('approved');
    expect(await run.workflow.wake(second)).toBe(true);
    const { states } = await run.end();
    expect(states.slice(-4)).toEqual(['AwaitSecond', 'Close', 'HowDecided', 'Approved']);
  });

  test('a wake that nobody decided on waits out the time, and lapses', async () => {
    const run = await execution({ seconds: 6 });
    await run.workflow.wake(await run.token());
    const { states } = await run.end();
    expect(states).toEqual([
      'Open',
      'AwaitFirst',
      'Close',
      'HowDecided',
      'WaitOut',
      'CloseUndecided',
      'HowEnded',
      'Lapsed',
    ]);
  });

  test('a function that dies after each first step is called again, and nothing happens twice', async () => {
    const run = await execution({ crash: (_, count) => count === 1 });
    while (run.steps().filter((step) => step === 'await').length < 2) await pause(100);
    await pause(300);
    await run.decide('approved');
    await run.workflow.wake(await run.token());
    const { status, states } = await run.end();
    expect(status).toBe('SUCCEEDED');
    expect(states.at(-1)).toBe('Approved');
    expect(run.steps()).toEqual(['opened', 'opened', 'await', 'await', 'close', 'close']);
    expect(await run.row()).toMatchObject({ status: 'approved', approvals: [{ decision: 'approve' }] });
  });
});
