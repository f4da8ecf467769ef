// The command line's table of contents. A command's file is loaded only when it is called for, so that
// `remit --help` stays quick; what each one does is in commands/<name>.ts.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT, reportFailure } from './failure.ts';

interface CommandModule {
  register(program: Command): void;
}

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  exec: { summary: 'run a command with AWS access to one task', load: () => import('./commands/exec.ts') },
  serve: { summary: 'serve credentials of one task on loopback', load: () => import('./commands/serve.ts') },
  credentials: {
    summary: 'print credentials of one task, for credential_process',
    load: () => import('./commands/credentials.ts'),
  },
  request: { summary: 'ask for a task and print its grant', load: () => import('./commands/request.ts') },
  complete: { summary: 'end a grant', load: () => import('./commands/complete.ts') },
  grants: { summary: 'list grants', load: () => import('./commands/grants.ts') },
  approvals: {
    summary: 'list what waits for people, and show it',
    load: () => import('./commands/approvals.ts'),
  },
  passkeys: {
    summary: 'confirm the first passkey of the first administrator',
    load: () => import('./commands/passkeys.ts'),
  },
  findings: { summary: 'list what people should look at', load: () => import('./commands/findings.ts') },
  agents: { summary: 'list, register, review and retire agents', load: () => import('./commands/agents.ts') },
  reviews: {
    summary: 'show which reviews are due, and what there is to review',
    load: () => import('./commands/reviews.ts'),
  },
  kill: { summary: 'stop now', load: () => import('./commands/kill.ts') },
  ask: { summary: 'answer what security teams ask', load: () => import('./commands/ask.ts') },
  audit: { summary: 'prove and search the audit trail', load: () => import('./commands/audit.ts') },
  report: {
    summary: 'show the controls of a framework with their evidence',
    load: () => import('./commands/report.ts'),
  },
  explain: {
    summary: 'show what a request would get, without minting',
    load: () => import('./commands/explain.ts'),
  },
  catalog: { summary: 'check the catalog', load: () => import('./commands/catalog.ts') },
  dev: { summary: 'run everything on this machine', load: () => import('./commands/dev.ts') },
};

/** Runs one command and sets `process.exitCode`; never throws and never prints a stack trace on its own. */
export async function main(argv: readonly string[]): Promise<void> {
  // warnings of Node and of SDKs are for developers, not for the person at the keyboard
  if (!process.env['REMIT_DEBUG']) process.removeAllListeners('warning');
  process.stdout.on('error', leaveUnread);
  try {
    const program = await buildProgram(argv.slice(2));
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? usageExit(error) : reportFailure(error);
  }
}

/** Whoever read the output has left (`| head`): nothing more is said, and what is under way ends in order. */
function leaveUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('remit')
    .description('AWS credentials for one task, for seconds.')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('--help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('(remit --help lists the commands)')
    .exitOverride()
    .enablePositionalOptions();
  const wanted = wantedCommand(args);
  if (wanted === undefined) addSummaries(program);
  else (await wanted.load()).register(program);
  for (const command of allCommands(program))
    command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help tells how it is used)`);
  return program;
}

/** The one command that is called or asked about. */
function wantedCommand(args: readonly string[]): Entry | undefined {
  const name = args[0] === 'help' ? args[1] : args[0];
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

/** For help and for mistyped names: what there is, without loading any of it. */
function addSummaries(program: Command): void {
  for (const [name, entry] of Object.entries(COMMANDS)) program.command(name).description(entry.summary);
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

/** `remit agents retire`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function readVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return String((JSON.parse(readFileSync(file, 'utf8')) as { version: unknown }).version);
}

/** Help and version end well; anything else commander refused is a usage error, already printed. */
function usageExit(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : EXIT.usage;
}
