// What Step Functions gets, over its real protocol, from an endpoint that answers as it does when things go wrong.

import { createServer, type Server } from 'node:http';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorkflow } from '../../../src/adapters/aws/workflow.ts';
import type { GrantId } from '../../../src/core/model.ts';
import { refusalOf } from '../../support/requests.ts';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:remit-approvals';
const GRANT = '01K9Z3Q4M5N6P7R8S9T0V1W2X3' as GrantId;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const OK = {
  StartExecution: { executionArn: `${MACHINE.replace('stateMachine', 'execution')}:${GRANT}`, startDate: 1 },
  SendTaskSuccess: {},
};

let server: Server;
let asked: { readonly operation: string; readonly body: Record<string, unknown> }[];
/** Errors of the next answers, in turn; the last one stays when `forEver`. */
let errors: string[];
let forEver: boolean;
let client: SFNClient;

beforeEach(async () => {
  [asked, errors, forEver] = [[], [], false];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      asked.push({ operation, body: JSON.parse(text) as Record<string, unknown> });
      const error = forEver ? errors[0] : errors.shift();
      const body = error === undefined ? OK[operation as keyof typeof OK] : { __type: error, message: 'no' };
      response.writeHead(error === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SFNClient({ endpoint: `http://127.0.0.1:${address.port}`, region: 'eu-west-1', credentials });
});
afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const workflow = () => createWorkflow({ client, stateMachineArn: MACHINE });

describe('starting', () => {
  test('[WORKFLOW-3] names the execution like the grant, and tells it grant id and digest alone', async () => {
    await workflow().start(GRANT, DIGEST);
    expect(asked).toEqual([
      {
        operation: 'StartExecution',
        body: {
          stateMachineArn: MACHINE,
          name: GRANT,
          input: JSON.stringify({ grantId: GRANT, requestDigest: DIGEST }),
        },
      },
    ]);
  });

  test('[WORKFLOW-19] one that was started before is started already', async () => {
    errors = ['ExecutionAlreadyExists'];
    await expect(workflow().start(GRANT, DIGEST)).resolves.toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  test('[WORKFLOW-19] throttled for a moment, it is tried again', async () => {
    errors = ['ThrottlingException'];
    await workflow().start(GRANT, DIGEST);
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['ThrottlingException', 'store_unavailable'],
    ['ExecutionLimitExceeded', 'store_unavailable'],
    ['AccessDeniedException', 'misconfigured'],
  ])('[WORKFLOW-19] %s that lasts is %s', async (error, code) => {
    [errors, forEver] = [[error], true];
    expect(await refusalOf(workflow().start(GRANT, DIGEST))).toMatchObject({ code, detail: error });
  });
});

describe('waking', () => {
  test('[WORKFLOW-3] carries nothing', async () => {
    expect(await workflow().wake('token-1')).toBe(true);
    expect(asked).toEqual([{ operation: 'SendTaskSuccess', body: { taskToken: 'token-1', output: '{}' } }]);
  });

  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    '[WORKFLOW-19] %s: nobody waits with that token',
    async (error) => {
      errors = [error];
      expect(await workflow().wake('token-1')).toBe(false);
    },
  );

  test('[WORKFLOW-19] throttled, it fails for the sweeper to make up for', async () => {
    [errors, forEver] = [['ThrottlingException'], true];
    expect((await refusalOf(workflow().wake('token-1'))).code).toBe('store_unavailable');
  });
});
