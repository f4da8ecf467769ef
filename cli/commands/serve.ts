// `remit serve`: the container credentials endpoint for a long-running agent or as a sidecar.

import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type Endpoint, openEndpoint } from '../../src/client/endpoint.ts';
import type { LeaseCache } from '../../src/client/lease-cache.ts';
import { CliError, reportFailure } from '../failure.ts';
import { type HoldOptions, holdTask } from '../held-task.ts';
import { catchSignals, type Interruption, leaveNow } from '../interruption.ts';
import { printLines } from '../print.ts';
import { announceServe } from '../running-serve.ts';
import { isCode, openDirectory, writePrivate } from '../state-directory.ts';
import { addConnectionOptions, addPurpose, addTaskOptions } from '../task-options.ts';
import type { Waiter } from '../waiting.ts';

interface ServeOptions extends HoldOptions {
  readonly port: number;
  readonly tokenFile?: string;
}

interface Serving {
  readonly cache: LeaseCache;
  readonly endpoint: Endpoint;
  readonly key: string;
  readonly tokenFile: string;
  readonly options: ServeOptions;
  readonly interruption: Interruption;
  readonly waiter: Waiter;
}

const HELP = `
Example, as a sidecar that shares /run/remit with the agent's container:
  remit serve --task export-invoices --param customer=cus_12345678 --param month=2026-10 \\
    --port 9911 --token-file /run/remit/token
and in the agent's environment:
  AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9911/credentials
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/run/remit/token

When a person has to decide first, it says who is asked and waits; a signal then leaves the request waiting, and the
same command with --resume comes back to it.

SIGTERM and Ctrl-C complete the grant. When a grant reaches its longest duration, the task is asked for
anew; when it was killed, denied or completed elsewhere, it stays ended.`;

/** Adds `remit serve`. */
export function register(program: Command): void {
  const command = program.command('serve').description('serve AWS credentials of one task on 127.0.0.1');
  addConnectionOptions(addPurpose(addTaskOptions(command)))
    .option('--port <number>', 'port to listen on (0: a free one)', readPort, 0)
    .option('--token-file <path>', 'where to put the authorization token, mode 0600')
    .option('--resume', 'go on with the request of this task that was left waiting for people')
    .option('--json', 'print where it serves as JSON')
    .addHelpText('after', HELP)
    .action((options: ServeOptions) => runServe(options));
}

async function runServe(options: ServeOptions): Promise<void> {
  const { saved, cache, waiter } = await holdTask(options, { purpose: `serve ${options.task}` });
  const { key } = saved;
  const endpoint = await listen(cache, options.port);
  const interruption = catchSignals();
  const tokenFile = resolve(options.tokenFile ?? join(await openDirectory('serve'), `${key}.token`));
  const serving = { cache, endpoint, key, tokenFile, options, interruption, waiter };
  try {
    await serveUntilStopped(serving);
  } finally {
    await endpoint.close();
    interruption.listen(leaveNow);
    await endServing(serving);
    interruption.stop();
  }
}

/** A request that people have yet to decide goes on waiting; a grant is completed. */
async function endServing({ cache, waiter }: Serving): Promise<void> {
  if (waiter.isWaiting()) {
    cache.detach();
    return waiter.leave();
  }
  const closing = await cache.close('serve stopped');
  if (!closing.done) reportFailure(closing.error);
}

/** @throws BrokerError when there is no grant to serve */
async function firstLease({ cache, waiter }: Serving): Promise<undefined> {
  try {
    await cache.get();
  } catch (error) {
    await waiter.settle(error);
    throw error;
  }
  await waiter.settle();
}

async function serveUntilStopped(serving: Serving): Promise<void> {
  const { endpoint, key, tokenFile, interruption } = serving;
  const withdraw = await announceServe(key, { url: endpoint.url, token: endpoint.token, pid: process.pid });
  try {
    const early = await Promise.race([firstLease(serving), interruption.first]);
    if (early !== undefined) return;
    await writePrivate(tokenFile, endpoint.token);
    tell(serving);
    await interruption.first;
  } finally {
    await withdraw();
    await rm(tokenFile, { force: true });
  }
}

function tell({ endpoint, tokenFile, options }: Serving): void {
  const variables = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint.url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
  };
  if (options.json) {
    printLines([
      JSON.stringify({ task: options.task, url: endpoint.url, tokenFile, environment: variables }),
    ]);
    return;
  }
  printLines([
    `remit serving task=${options.task} url=${endpoint.url} token-file=${tokenFile}`,
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`),
  ]);
}

async function listen(cache: LeaseCache, port: number): Promise<Endpoint> {
  try {
    return await openEndpoint({ lease: () => cache.get(), port });
  } catch (error) {
    if (isCode(error, 'EADDRINUSE')) {
      throw new CliError(`Port ${port} on 127.0.0.1 is taken.`, {
        fix: 'give another --port, or stop what listens there',
        cause: error,
      });
    }
    if (!isCode(error, 'EACCES')) throw error;
    throw new CliError(`Port ${port} may not be opened by this user.`, {
      fix: 'give a --port above 1023',
      cause: error,
    });
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}
