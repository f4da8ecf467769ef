// `remit request`: asks for a task and tells what came of it. The grant is kept for `credentials` and `complete`;
// its handle and credentials are never printed.

import type { Command } from 'commander';
import { BrokerError } from '../../src/client/broker-error.ts';
import type { TaskAsked } from '../../src/client/lease.ts';
import { createLeaseCache, type Held } from '../../src/client/lease-cache.ts';
import { EXIT } from '../failure.ts';
import { notice, printJson, printLines } from '../print.ts';
import { saveGrant } from '../saved-grant.ts';
import { taskKey } from '../state-directory.ts';
import {
  addConnectionOptions,
  addPurpose,
  addTaskOptions,
  type ConnectionOptions,
  connect,
  type TaskOptions,
  taskAsked,
} from '../task-options.ts';

interface RequestOptions extends ConnectionOptions, TaskOptions {
  readonly wait?: boolean;
  readonly json?: boolean;
}

const HELP = `
Examples:
  remit request --task refund-customer --param amount=80 --purpose "ticket 4711" --wait
  remit request --task export-invoices --param customer=cus_12345678 --param month=2026-10 --json

Afterwards remit credentials with the same task and parameters uses the grant, and remit complete <grant>
ends it. Exit code 5: a person has to decide first.`;

/** Adds `remit request`. */
export function register(program: Command): void {
  const command = program.command('request').description('ask for a task and print its grant');
  addConnectionOptions(addPurpose(addTaskOptions(command)))
    .option('--wait', 'wait while people decide')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: RequestOptions) => runRequest(options));
}

async function runRequest(options: RequestOptions): Promise<void> {
  const asked = taskAsked(options, `request ${options.task}`);
  const { client, broker, agent, source } = connect(options);
  const key = taskKey({ broker, agent, source: source.name, ...asked });
  const cache = createLeaseCache(client, asked, { waitForApproval: options.wait ?? false, onNotice: notice });
  try {
    await cache.get();
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== 'grant_pending') throw error;
    process.exitCode = EXIT.pending;
  } finally {
    cache.detach();
    await saveGrant(cache.held(), { key, broker, agent, task: asked.task });
  }
  tell(cache.held(), asked, options.json);
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
  ]);
}
