// `remit exec`: a command with AWS access to one task. The grant ends with the command, however that ends.

import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Closing } from '../../src/client/close-grant.ts';
import { openEndpoint } from '../../src/client/endpoint.ts';
import type { LeaseCache } from '../../src/client/lease-cache.ts';
import { childEnvironment } from '../child-environment.ts';
import { type Child, type Ended, type ForwardedSignal, signalExit, startChild } from '../child-process.ts';
import { CliError, EXIT, reportFailure } from '../failure.ts';
import { type HoldOptions, holdTask } from '../held-task.ts';
import { catchSignals, type Interruption, leaveNow } from '../interruption.ts';
import { notice } from '../print.ts';
import { addConnectionOptions, addPurpose, addTaskOptions } from '../task-options.ts';
import type { Waiter } from '../waiting.ts';

interface ExecOptions extends HoldOptions {
  readonly region?: string;
}

type CommandLine = readonly [string, ...string[]];

const HELP = `
Example:
  remit exec --task export-invoices --param customer=cus_12345678 --param month=2026-10 -- \\
    aws s3 cp s3://acme-invoices/cus_12345678/2026-10/ . --recursive

When a person has to decide first, it says who is asked and waits. Ctrl-C then leaves the request waiting: the same
command with --resume comes back to it, also when they decided meanwhile.

The command's exit code is passed on (128 + n when signal n ended it). remit's own failures end with
125, 126 when the command cannot be run and 127 when it is not found.`;

/** Adds `remit exec`. */
export function register(program: Command): void {
  const command = program
    .command('exec')
    .description('run a command with AWS access to one task; the grant is completed when it ends')
    .usage('--task <id> [options] -- <command> [arguments...]')
    .argument('<command...>', 'the command and its arguments, after --')
    .passThroughOptions();
  addConnectionOptions(addPurpose(addTaskOptions(command)))
    .option('--region <name>', 'AWS region for the command')
    .option('--resume', 'go on with the request of this task that was left waiting for people')
    .option('--json', 'report on stderr as JSON: waiting for people, and how the grant ended')
    .addHelpText('after', HELP)
    .action((words: string[], options: ExecOptions) => runExec(words, options));
}

async function runExec(words: readonly string[], options: ExecOptions): Promise<void> {
  const [file, ...args] = words;
  if (file === undefined) throw new CliError('There is no command to run.', { exitCode: EXIT.usage });
  try {
    process.exitCode = await execTask([file, ...args], options);
  } catch (error) {
    const code = reportFailure(error);
    const own: readonly number[] = [EXIT.usage, EXIT.notFound, EXIT.notExecutable];
    process.exitCode = own.includes(code) ? code : EXIT.execFailed;
  }
}

async function execTask(command: CommandLine, options: ExecOptions): Promise<number> {
  const purpose = `run ${basename(command[0]).slice(0, 100)}`;
  const { cache, waiter } = await holdTask(options, { purpose });
  const interruption = catchSignals();
  const run = { cache, interruption, waiter, region: options.region, json: options.json };
  try {
    const ended = await runWithLease(command, run);
    await finish(run, ended.description);
    return ended.exitCode;
  } catch (error) {
    await finish(run, 'the command was not run');
    throw error;
  } finally {
    interruption.stop();
  }
}

interface Run {
  readonly cache: LeaseCache;
  readonly interruption: Interruption;
  readonly waiter: Waiter;
  readonly region: string | undefined;
  readonly json: boolean | undefined;
}

async function runWithLease(command: CommandLine, run: Run): Promise<Ended> {
  const { cache, interruption } = run;
  const early = await Promise.race([firstLease(run), interruption.first]);
  if (early !== undefined) return { exitCode: signalExit(early), description: early };
  const endpoint = await openEndpoint({ lease: () => cache.get() });
  try {
    const child = startChild(command, childEnvironment(process.env, endpoint, run.region));
    interruption.listen((signal) => passOn(child, signal));
    return await child.ended;
  } finally {
    await endpoint.close();
  }
}

async function firstLease({ cache, waiter }: Run): Promise<undefined> {
  try {
    await cache.get();
  } catch (error) {
    await waiter.settle(error);
    throw error;
  }
  await waiter.settle();
}

/** On a terminal Ctrl-C reaches the command without us, and must not reach it twice. */
function passOn(child: Child, signal: ForwardedSignal): void {
  const fromKeyboard = signal === 'SIGINT' || signal === 'SIGQUIT';
  if (!(fromKeyboard && process.stdin.isTTY)) child.signal(signal);
}

/** A request that people have yet to decide goes on waiting; a grant is completed. */
async function finish({ cache, interruption, waiter, json }: Run, outcome: string): Promise<void> {
  if (waiter.isWaiting()) {
    cache.detach();
    return waiter.leave();
  }
  interruption.listen(leaveNow);
  const { grant } = cache.held();
  const closing = await cache.close(outcome);
  if (!closing.done) tellUnfinished(closing);
  if (json) process.stderr.write(`${JSON.stringify(report(grant?.grantId, outcome, closing))}\n`);
}

function report(grantId: string | undefined, outcome: string, closing: Closing): object {
  return { grantId, outcome, completed: closing.done, leaseExpiresAt: closing.leaseExpiresAt };
}

function tellUnfinished(closing: Extract<Closing, { done: false }>): void {
  reportFailure(closing.error);
  const end = closing.leaseExpiresAt?.toISOString();
  notice(
    `the grant could not be completed; ${end ? `its lease ended by itself at ${end}` : 'it ends by itself'}`,
  );
}
