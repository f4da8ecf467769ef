// `remit request`: asks for a task and tells what came of it. The grant is kept for `credentials` and `complete`;
// its handle and credentials are never printed.

import type { Command } from 'commander';
import { BrokerError } from '../../src/client/broker-error.ts';
import type { TaskAsked } from '../../src/client/lease.ts';
import { createLeaseCache, type Held, type LeaseCache } from '../../src/client/lease-cache.ts';
import { type ForwardedSignal, signalExit } from '../child-process.ts';
import { EXIT } from '../failure.ts';
import { catchSignals } from '../interruption.ts';
import { notice, printJson, printLines } from '../print.ts';
import { saveGrant } from '../saved-grant.ts';
import {
  addConnectionOptions,
  addPurpose,
  addTaskOptions,
  type ConnectionOptions,
  connect,
  savedFor,
  type TaskOptions,
  taskAsked,
} from '../task-options.ts';
import { createWaiter, type Waiter } from '../waiting.ts';

interface RequestOptions extends ConnectionOptions, TaskOptions {
  readonly wait?: boolean;
  readonly resume?: boolean;
  readonly json?: boolean;
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
  const asked = taskAsked(options, `request ${options.task}`);
  const connection = connect(options);
  const saved = savedFor(connection, asked);
  const waiter = createWaiter(saved, options.json);
  const resume = options.resume ? await waiter.resume() : undefined;
  const cache = createLeaseCache(connection.client, asked, {
    resume,
    waitForApproval: options.wait ?? false,
    onNotice: notice,
    onWaiting: waiter.onWaiting,
  });
  const early = await grantOrSignal(cache, waiter);
  if (early !== undefined) {
    process.exitCode = signalExit(early);
    return waiter.leave();
  }
  await saveGrant(cache.held(), saved);
  tell(cache.held(), asked, options.json);
}

/** @returns the signal that came before the decision. */
async function grantOrSignal(cache: LeaseCache, waiter: Waiter): Promise<ForwardedSignal | undefined> {
  const interruption = catchSignals();
  try {
    const lease = cache.get().then(
      () => waiter.settle(),
      async (error: unknown) => {
        await waiter.settle(error);
        if (!(error instanceof BrokerError) || error.code !== 'grant_pending') throw error;
        process.exitCode = EXIT.pending;
      },
    );
    return (await Promise.race([lease, interruption.first])) ?? undefined;
  } finally {
    cache.detach();
    interruption.stop();
  }
}

function tell(held: Partial<Held>, asked: TaskAsked, json: boolean | undefined): void {
  const status = held.pending ? 'pending' : 'active';
  const leaseExpiresAt = held.lease?.expiresAt.toISOString();
  const grantId = held.grant?.grantId ?? '';
  if (json) {
    printJson({ grantId, status, ...asked, leaseExpiresAt });
    return;
  }
  printLines([
    `grant    ${grantId}`,
    `status   ${status}${held.pending ? ': a person has to decide' : ''}`,
    `task     ${asked.task} ${JSON.stringify(asked.parameters)}`,
    ...(leaseExpiresAt === undefined ? [] : [`lease    until ${leaseExpiresAt}`]),
    ...(held.pending
      ? ['next     --resume --wait waits; remit approvals show tells who is asked, and where']
      : []),
  ]);
}
