// `remit request`: asks for a task and tells what came of it. The grant is kept for `credentials` and `complete`;
// its handle and credentials are never printed.

import type { Command } from 'commander';
import { BrokerError, type Waiting } from '../../src/client/broker-error.ts';
import type { TaskAsked } from '../../src/client/lease.ts';
import type { Held, LeaseCache } from '../../src/client/lease-cache.ts';
import { type ForwardedSignal, signalExit } from '../child-process.ts';
import { EXIT } from '../failure.ts';
import { type HoldOptions, holdTask } from '../held-task.ts';
import { catchSignals } from '../interruption.ts';
import { printable, printJson, printLines } from '../print.ts';
import { saveGrant } from '../saved-grant.ts';
import { addConnectionOptions, addPurpose, addTaskOptions } from '../task-options.ts';
import type { Waiter } from '../waiting.ts';

interface RequestOptions extends HoldOptions {
  readonly wait?: boolean;
}

const HELP = `
Examples:
  remit request --task refund-customer --param amount=80 --purpose "ticket 4711" --wait
  remit request --task export-invoices --param customer=cus_12345678 --param month=2026-10 --json

Afterwards remit credentials with the same task and parameters uses the grant, and remit complete <grant>
ends it. Exit code 5: a person has to decide first. With --wait it says who is asked and waits; Ctrl-C leaves the
request waiting, and --resume comes back to it, also when they decided meanwhile.`;

/** Adds `remit request`. */
export function register(program: Command): void {
  const command = program.command('request').description('ask for a task and print its grant');
  addConnectionOptions(addPurpose(addTaskOptions(command)))
    .option('--wait', 'wait while people decide')
    .option('--resume', 'go on with the request of this task that was left waiting for people')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: RequestOptions) => runRequest(options));
}

async function runRequest(options: RequestOptions): Promise<void> {
  const waitForApproval = options.wait ?? false;
  const purpose = `request ${options.task}`;
  const { asked, saved, cache, waiter } = await holdTask(options, { purpose, waitForApproval });
  const outcome = await grantOrSignal(cache, waiter);
  if (typeof outcome === 'string') {
    process.exitCode = signalExit(outcome);
    return waiter.leave();
  }
  await saveGrant(cache.held(), saved);
  tell({ ...cache.held(), waiting: outcome }, asked, options.json);
}

/** @returns the signal that came before the decision, or what waits for people when nobody waits with it. */
async function grantOrSignal(
  cache: LeaseCache,
  waiter: Waiter,
): Promise<ForwardedSignal | Waiting | undefined> {
  const interruption = catchSignals();
  try {
    const lease = cache.get().then(
      () => waiter.settle(),
      async (error: unknown) => {
        await waiter.settle(error);
        if (!(error instanceof BrokerError) || error.code !== 'grant_pending') throw error;
        process.exitCode = EXIT.pending;
        return error.waiting;
      },
    );
    return (await Promise.race([lease, interruption.first])) ?? undefined;
  } finally {
    cache.detach();
    interruption.stop();
  }
}

interface Came extends Partial<Held> {
  readonly waiting: Waiting | undefined;
}

function tell(held: Came, asked: TaskAsked, json: boolean | undefined): void {
  const status = held.pending ? 'pending' : 'active';
  const leaseExpiresAt = held.lease?.expiresAt.toISOString();
  const grantId = held.grant?.grantId ?? '';
  if (json) {
    const { asked: people, lapsesAt } = held.waiting ?? {};
    // as `remit approvals --json` has them
    const approvers = people?.approvers.split(', ');
    printJson({ grantId, status, ...asked, leaseExpiresAt, ...people, approvers, lapsesAt });
    return;
  }
  printLines([
    `grant    ${grantId}`,
    `status   ${status}${held.pending ? ': a person has to decide' : ''}`,
    `task     ${asked.task} ${JSON.stringify(asked.parameters)}`,
    ...(leaseExpiresAt === undefined ? [] : [`lease    until ${leaseExpiresAt}`]),
    ...waitingLines(held.waiting),
    ...(held.pending
      ? [
          'next     the same command with --resume --wait waits for them, and so does remit exec with --resume',
        ]
      : []),
  ]);
}

function waitingLines(waiting: Waiting | undefined): string[] {
  if (waiting === undefined) return [];
  const { asked, lapsesAt } = waiting;
  const until = lapsesAt === undefined ? [] : [`until    ${lapsesAt.toISOString()}`];
  if (asked === undefined) return until;
  const { approvers, quorum, approved, bindingCode, url } = asked;
  return [
    `asked    ${approvers}: ${approved} of ${quorum} have agreed`,
    `code     ${bindingCode}, which their page shows too`,
    `where    ${url}`,
    ...until,
  ].map(printable);
}
