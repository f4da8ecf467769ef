// `remit credentials`: the `credential_process` of AWS profiles. Asks a running `remit serve` for the same task,
// else keeps the grant in a 0600 file, so that SDKs that call it again and again cost one exchange per half lease.

import type { Command } from 'commander';
import { BrokerError } from '../../src/client/broker-error.ts';
import { type HeldLease, type TaskAsked, wholeSeconds } from '../../src/client/lease.ts';
import { createLeaseCache } from '../../src/client/lease-cache.ts';
import { notice, printJson } from '../print.ts';
import { askServe } from '../running-serve.ts';
import { findSavedGrant, forgetGrant, type SavedFor, saveGrant } from '../saved-grant.ts';
import { taskKey } from '../state-directory.ts';
import { withTaskLock } from '../task-lock.ts';
import {
  addConnectionOptions,
  addPurpose,
  addTaskOptions,
  type Connection,
  type ConnectionOptions,
  connect,
  type TaskOptions,
  taskAsked,
} from '../task-options.ts';

interface CredentialsOptions extends ConnectionOptions, TaskOptions {
  readonly wait?: boolean;
}

const HELP = `
Example, in ~/.aws/config:
  [profile invoices]
  region = eu-central-1
  credential_process = remit credentials --task export-invoices --param customer=cus_12345678 --param month=2026-10

When a person has to decide first, it fails with exit code 5 and says so; once they have, it goes on with the
same request. remit complete ends the grant.`;

/** Adds `remit credentials`. */
export function register(program: Command): void {
  const command = program
    .command('credentials')
    .description('print AWS credentials of one task (credential_process)');
  addConnectionOptions(addPurpose(addTaskOptions(command)))
    .option('--wait', 'wait while people decide')
    .option('--json', 'the output is JSON in any case')
    .addHelpText('after', HELP)
    .action((options: CredentialsOptions) => runCredentials(options));
}

async function runCredentials(options: CredentialsOptions): Promise<void> {
  const asked = taskAsked(options, `credentials for ${options.task}`);
  const connection = connect(options);
  const { broker, agent, source } = connection;
  const key = taskKey({ broker, agent, source: source.name, ...asked });
  const served = await askServe(key);
  if (served !== undefined) {
    const { Token: SessionToken, ...rest } = served;
    return printJson({ Version: 1, ...rest, SessionToken });
  }
  const saved = { key, broker, agent, task: asked.task };
  const lease = await withTaskLock(key, () => keptLease(connection, asked, { saved, wait: options.wait }));
  printJson({
    Version: 1,
    AccessKeyId: lease.accessKeyId,
    SecretAccessKey: lease.secretAccessKey,
    SessionToken: lease.sessionToken,
    Expiration: wholeSeconds(lease.expiresAt),
  });
}

async function keptLease(
  { client }: Connection,
  asked: TaskAsked,
  how: { readonly saved: SavedFor; readonly wait: boolean | undefined },
): Promise<HeldLease> {
  const resume = await findSavedGrant(how.saved.key);
  const cache = createLeaseCache(client, asked, {
    resume,
    waitForApproval: how.wait ?? false,
    onNotice: notice,
  });
  let over = false;
  try {
    return await cache.get({ preferFresh: true });
  } catch (error) {
    over = mayStartOver(error);
    throw error;
  } finally {
    cache.detach();
    const held = cache.held();
    const replaced = resume !== undefined && held.grant?.grantId !== resume.grant.grantId;
    if (resume !== undefined && (over || replaced)) await forgetGrant(resume.grant.grantId);
    if (!over) await saveGrant(held, how.saved);
  }
}

const START_OVER = new Set(['grant_lapsed', 'grant_changed', 'grant_unknown', 'leases_used_up']);

/** The next call then asks anew. What a person ended stays ended until somebody runs `remit request`. */
function mayStartOver(error: unknown): boolean {
  return error instanceof BrokerError && START_OVER.has(error.code);
}
