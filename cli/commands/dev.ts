// `remit dev`: the whole product on this machine; `npm start` is `remit dev --story`. And `remit dev assertion`,
// which prints what the local demo issuer attests for an agent.

import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import { TrailTaken, TrailUnusable } from '../../src/adapters/local/kept-trail.ts';
import { PortTaken, requireFree } from '../../src/adapters/local/listen.ts';
import { noticeLine } from '../../src/adapters/local/notifier.ts';
import { overdueLine } from '../../src/adapters/local/overdue.ts';
import type { LocalMode } from '../../src/adapters/local/start.ts';
import { CliError } from '../failure.ts';
import { portFrom } from '../local/ports.ts';
import { requestLine } from '../local/request-line.ts';
import { openSession } from '../local/session.ts';
import { trailPlace } from '../local/trail-place.ts';
import { openDirectory } from '../state-directory.ts';
import { byHand } from '../story/by-hand.ts';
import { createJsonNarrator, createNarrator } from '../story/narrator.ts';
import { fetchAssertion, type Stage } from '../story/stage.ts';
import { performStory } from '../story/story.ts';

const BROKER_PORT = 8787;
const AWS_PORT = 8788;

interface DevOptions {
  readonly story?: boolean;
  readonly once?: boolean;
  readonly catalog: string;
  readonly json?: boolean;
  readonly trail?: string;
}

const HELP = `
Environment:
  REMIT_PORT      port of the broker (${BROKER_PORT}); 0 picks a free one
  REMIT_AWS_PORT  port of the local AWS plane (${AWS_PORT}); 0 picks a free one

Examples:
  remit dev                          everything on this machine, until Ctrl-C
  remit dev --story --once           tell and perform the story, then end (exit code 1 if a step misbehaved)
  remit dev assertion <agent>        an assertion of the running local mode`;

/** Adds `remit dev` and `remit dev assertion`. */
export function register(program: Command): void {
  const dev = program
    .command('dev')
    .description('run broker, tables and a local AWS plane on this machine')
    .option('--story', 'tell and perform the story first')
    .option('--once', 'end after the story')
    .option('--catalog <directory>', 'the catalog to serve', 'catalog')
    .option('--trail <directory>', 'keep the audit trail there (the state directory of this user)')
    .option('--json', 'one JSON object per line')
    .addHelpText('after', HELP)
    .action((options: DevOptions) => runDev(options));
  dev
    .command('assertion')
    .description('print an assertion of the demo issuer for an agent, or for server:<name>')
    .argument('<agent>', 'id of a catalogued agent')
    .option('--broker <url>', 'base URL of the local broker (REMIT_BROKER)')
    .option('--json', 'print {"assertion": …}')
    .action((agent: string, options: { broker?: string; json?: boolean }) => printAssertion(agent, options));
}

async function printAssertion(agent: string, options: { broker?: string; json?: boolean }): Promise<void> {
  const port = portFrom(process.env, 'REMIT_PORT', BROKER_PORT);
  const broker = options.broker ?? process.env['REMIT_BROKER'] ?? `http://localhost:${port}`;
  const assertion = await fetchAssertion(broker, agent).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new CliError(`No assertion from ${broker}: ${reason}`, {
      fix: 'start local mode with remit dev',
      cause,
    });
  });
  process.stdout.write(options.json ? `${JSON.stringify({ assertion })}\n` : `${assertion}\n`);
}

async function runDev(options: DevOptions): Promise<void> {
  // the SDK tells people on Node 20 of its own plans for 2027: ours are in package.json
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const log = { isShown: false };
  const local = await open(options, log);
  try {
    const ready = `remit ready broker=${local.brokerUrl} aws=${local.awsUrl}`;
    const { brokerUrl, awsUrl } = local;
    const line = options.json ? JSON.stringify({ event: 'ready', broker: brokerUrl, aws: awsUrl }) : ready;
    process.stdout.write(`${line}\n`);
    if (options.story || options.once) process.exitCode = await tellStory(local, options, stop.signal);
    if (options.once || stop.signal.aborted) return;
    if (!options.json) process.stdout.write(byHand(local, options.catalog));
    log.isShown = true;
    await once(stop.signal, 'abort');
  } finally {
    await local.close();
  }
}

async function open(options: DevOptions, log: { readonly isShown: boolean }): Promise<LocalMode> {
  const say = (text: string | undefined) => text !== undefined && process.stderr.write(`${text}\n`);
  const brokerPort = portFrom(process.env, 'REMIT_PORT', BROKER_PORT);
  const awsPort = portFrom(process.env, 'REMIT_AWS_PORT', AWS_PORT);
  try {
    await requireFree([
      { port: brokerPort, variable: 'REMIT_PORT' },
      { port: awsPort, variable: 'REMIT_AWS_PORT' },
    ]);
    return await openSession({
      catalogDirectory: options.catalog,
      env: process.env,
      trail: await trailPlace(options.trail),
      proofKey: join(await openDirectory('offboarding'), 'signing-key.pem'),
      brokerPort,
      awsPort,
      log: (facts) => log.isShown && say(requestLine(facts, new Date())),
      onNotice: (notice) => log.isShown && say(noticeLine(notice)),
      onOverdue: (agent) => say(overdueLine(agent)),
      onSynth: () => say('Synthesizing the stack (once per change, some seconds) …'),
    });
  } catch (error) {
    // another one was as quick: the next look finds the next place
    if (error instanceof TrailTaken && options.trail === undefined) return open(options, log);
    if (!(error instanceof PortTaken || error instanceof TrailUnusable)) throw error;
    throw new CliError(error.message, { fix: error.fix, cause: error });
  }
}

/** @returns the exit code. */
async function tellStory(stage: Stage, options: DevOptions, signal: AbortSignal): Promise<number> {
  const tell = options.json
    ? createJsonNarrator(process.stdout)
    : createNarrator(process.stdout, process.env);
  const aborted = once(signal, 'abort').then(() => 'aborted' as const);
  const ended = await Promise.race([performStory(stage, tell).then(() => 'told' as const), aborted]);
  if (ended === 'aborted') return 130;
  if (tell.failures.length === 0) return 0;
  process.stderr.write(`remit: ${tell.failures.length} steps of the story did not behave\n`);
  return 1;
}
