// The approval workflow on Step Functions. An execution is named like its grant, so that a second one cannot start; its
// input is the grant's id and the digest of the request, and a wake carries nothing: the row tells the outcome.

import { SendTaskSuccessCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ApprovalWorkflow } from '../../core/approve/ports.ts';
import { guarded, nameOf } from './faults.ts';

/** Whoever started it first: the execution of this grant is there. */
const STARTED_ALREADY = 'ExecutionAlreadyExists';
/** The execution went on without us, is over, or the token is nobody's. */
const WAITS_NO_LONGER = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/** @throws Refusal `store_unavailable` for anything retryable, `misconfigured` otherwise. */
export function createWorkflow(options: {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
}): ApprovalWorkflow {
  const { client, stateMachineArn } = options;
  return {
    async start(grantId, requestDigest) {
      const input = JSON.stringify({ grantId, requestDigest });
      const command = new StartExecutionCommand({ stateMachineArn, name: grantId, input });
      await guarded('store_unavailable', async () => {
        try {
          await client.send(command);
        } catch (error) {
          if (nameOf(error) !== STARTED_ALREADY) throw error;
        }
      });
    },
    ...createWaker(client),
  };
}

/** What only tells waiting executions to go on. @throws Refusal `store_unavailable` or `misconfigured` */
export function createWaker(client: SFNClient): Pick<ApprovalWorkflow, 'wake'> {
  return {
    async wake(taskToken) {
      const command = new SendTaskSuccessCommand({ taskToken, output: '{}' });
      return guarded('store_unavailable', async () => {
        try {
          await client.send(command);
          return true;
        } catch (error) {
          if (WAITS_NO_LONGER.has(nameOf(error))) return false;
          throw error;
        }
      });
    },
  };
}
