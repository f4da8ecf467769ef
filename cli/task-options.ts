// The options that name a task and reach its broker; the same for every command that asks for one.

import { type Command, Option } from 'commander';
import { findAssertionSource, surroundings } from '../src/client/assertions/find.ts';
import type { AssertionSource } from '../src/client/assertions/source.ts';
import { type BrokerClient, createBrokerClient } from '../src/client/broker-client.ts';
import type { TaskAsked } from '../src/client/lease.ts';
import { openProofKey } from '../src/client/proof-key.ts';
import { purposeWords } from '../src/client/refusal-words.ts';
import { brokerBase, DEFAULT_BROKER } from '../src/client/transport.ts';
import { purposeProblem } from '../src/core/verify/purpose.ts';
import { CliError, EXIT } from './failure.ts';
import { readParameters } from './parameters.ts';
import type { SavedFor } from './saved-grant.ts';
import { keyFile, taskKey } from './state-directory.ts';

/** Where the broker is and who asks. */
export interface ConnectionOptions {
  readonly broker: string;
  readonly agent?: string;
  readonly audience?: string;
  readonly keyFile?: string;
  readonly prove?: boolean;
}

/** Which task. */
export interface TaskOptions {
  readonly task: string;
  readonly param: readonly string[];
  readonly text: readonly string[];
  readonly purpose?: string;
}

/** The broker as one agent sees it. */
export interface Connection {
  readonly broker: string;
  readonly agent: string | undefined;
  readonly source: AssertionSource;
  readonly client: BrokerClient;
}

/** Adds --task, --param, --text. */
export function addTaskOptions(command: Command): Command {
  return command
    .requiredOption('--task <id>', 'task of the catalog')
    .option(
      '--param <name=value>',
      'a parameter of the task, repeatable (name:=json for raw JSON)',
      collect,
      [],
    )
    .option('--text <name=value>', 'a parameter that is text although it looks like a number', collect, []);
}

/** Adds --purpose. */
export function addPurpose(command: Command): Command {
  return command.option('--purpose <words>', 'why, for approvers and for the grant table');
}

/** Adds --broker, --agent and what else a connection needs. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--broker <url>', 'base URL of the broker').env('REMIT_BROKER').default(DEFAULT_BROKER),
    )
    .addOption(new Option('--agent <id>', 'agent to be, with a local broker').env('REMIT_AGENT'))
    .addOption(new Option('--audience <text>', 'audience of the assertion').env('REMIT_AUDIENCE'))
    .addOption(new Option('--key-file <path>', 'file of the proof key').env('REMIT_KEY_FILE'))
    .option('--prove', 'prove possession of that key on every call');
}

/** The task as the broker is asked for it. @throws CliError for a purpose that the broker would refuse */
export function taskAsked(options: TaskOptions, purpose: string): TaskAsked {
  const parameters = readParameters(options.param, options.text);
  const problem = options.purpose === undefined ? undefined : purposeProblem(options.purpose);
  if (problem !== undefined) {
    const { sentence, fix } = purposeWords(problem);
    throw new CliError(sentence, { fix, exitCode: EXIT.usage });
  }
  return { task: options.task, parameters, purpose: options.purpose ?? purpose };
}

/** Finds the assertion source and makes the client. @throws BrokerError `assertion_unavailable`. */
export function connect(options: ConnectionOptions): Connection {
  const broker = brokerBase(options.broker);
  const { agent, audience } = options;
  const env = { ...process.env, ...(agent !== undefined && { REMIT_AGENT: agent }) };
  const source = findAssertionSource(surroundings(broker, env));
  const client = createBrokerClient({
    broker,
    assertions: source,
    audience,
    openProofKey: () => openProofKey(options.keyFile ?? keyFile()),
    alwaysProve: options.prove,
  });
  return { broker, agent, source, client };
}

/** What a grant of this task is kept with. */
export function savedFor({ broker, agent, source }: Connection, asked: TaskAsked): SavedFor {
  const key = taskKey({ broker, agent, source: source.name, ...asked });
  return { key, broker, agent, task: asked.task };
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
