// `remit kill`: stops a grant, an agent, a task, an issuer or everything now, and lifts such a stop.

import { type Command, InvalidArgumentError } from 'commander';
import { orderOptions } from '../admin-options.ts';
import { type AdminOptions, OrderRefused, order } from '../admin-port.ts';
import { meantInCatalog } from '../catalog-names.ts';
import { CliError, EXIT } from '../failure.ts';
import { readGrantId } from '../grant-id.ts';
import { killedLines, killTables, sayWait, scopeText } from '../kill-lines.ts';
import { meantOf } from '../nearest.ts';
import { printable, printJson, printLines } from '../print.ts';

interface KillOptions extends AdminOptions {
  readonly reason: string;
}
const KINDS = ['grant', 'agent', 'task', 'issuer', 'everything'] as const;
type Kind = (typeof KINDS)[number];

const HELP = `
Examples:
  remit kill grant 01K9Z3Q4M5N6P7R8S9T0V1W2X3 --reason "wrong customer"
  remit kill agent billing-agent --reason "behaves oddly"
  remit kill everything --reason "incident 42"
  remit kill lift everything --reason "incident 42 is over"
  remit kill list

All but a grant take some 11 s: the order returns when nothing asked before it can still be given.`;

/** Adds `remit kill`. */
export function register(program: Command): void {
  const kill = program.command('kill').description('stop now, or lift a stop').addHelpText('after', HELP);
  for (const kind of KINDS) addKind(kill, kind);
  const lift = kill
    .command('lift')
    .description('lift the stop of a task, an issuer or everything')
    .argument('<kind>', 'task, issuer or everything', readStopKind)
    .argument('[id]', 'which one');
  orderOptions(lift, { reason: true }).action((kind: Kind, id: string | undefined, options: KillOptions) =>
    send(options, { command: 'lift', scope: scopeOf(kind, id), reason: options.reason }, () =>
      printLines([printable(`lifted ${scopeText(scopeOf(kind, id))}; what it ended stays ended`)]),
    ),
  );
  const list = kill.command('list').description('stops that are on, and kills with their time to dead');
  orderOptions(list, { reason: false }).action((options: AdminOptions) =>
    send(options, { command: 'kills' }, (answer) => printLines(killTables(answer))),
  );
}

function addKind(kill: Command, kind: Kind): void {
  const command = kill
    .command(kind)
    .description(kind === 'everything' ? 'everything there is' : `one ${kind}`);
  if (kind !== 'everything')
    command.argument(
      '<id>',
      kind === 'issuer' ? 'its name in catalog/issuers.yaml, or its address' : 'its id',
    );
  orderOptions(command, { reason: true }).action((...given: unknown[]) => {
    const options = given.at(-2) as KillOptions;
    const id = kind === 'everything' ? undefined : String(given[0]);
    const scope = scopeOf(kind, id);
    if (kind !== 'grant') sayWait(options, `stopping ${scopeText(scope)}`);
    const command = { command: 'kill', scope, reason: options.reason };
    return send(options, command, (answer) => printLines(killedLines(answer))).catch((error: unknown) =>
      unknownTarget(error, scope, options),
    );
  });
}

function scopeOf(kind: Kind, id: string | undefined): { readonly kind: Kind; readonly id?: string } {
  if (kind === 'grant') {
    const grantId = readGrantId(id ?? '');
    if (grantId !== undefined) return { kind, id: grantId };
    throw new CliError(`${printable(id ?? '')} is not the id of a grant.`, {
      fix: 'remit grants lists the ids of the open ones',
      exitCode: EXIT.usage,
    });
  }
  if (kind === 'everything') return { kind };
  if (id !== undefined && id !== '') return { kind, id };
  throw new CliError(`Which ${kind}? Its name is missing.`, {
    fix: `give it after ${kind}; remit kill list shows what is stopped`,
    exitCode: EXIT.usage,
  });
}

const WHERE: Readonly<Record<string, string>> = {
  grant: 'remit grants lists those that are open; with --agent or --task those that have ended too',
  agent: 'remit agents list tells their names',
  task: 'catalog/tasks/ has them',
  issuer: 'catalog/issuers.yaml has their names and addresses',
};

/** Says of which kind there is no such name, and what may be meant. */
async function unknownTarget(
  error: unknown,
  { kind, id = '' }: { readonly kind: Kind; readonly id?: string },
  options: AdminOptions,
): Promise<never> {
  if (!(error instanceof OrderRefused) || error.code !== 'kill_target_unknown') throw error;
  const meant = await meantTarget(kind, id, options);
  throw new OrderRefused(error.code, `There is no ${kind} ${printable(id)}.${meant} (${error.code})`, {
    fix: WHERE[kind] ?? '',
    exitCode: error.exitCode,
    requestId: error.requestId,
  });
}

async function meantTarget(kind: Kind, id: string, options: AdminOptions): Promise<string> {
  if (kind === 'task' || kind === 'issuer') return meantInCatalog(kind, id);
  if (kind !== 'agent') return '';
  const { agents } = await order(options, { command: 'agents.list', limit: 200 });
  const names = Array.isArray(agents)
    ? agents.map((agent: { readonly id?: unknown }) => String(agent.id))
    : [];
  return meantOf(id, names);
}

async function send(options: AdminOptions, command: object, show: (answer: unknown) => void): Promise<void> {
  const answer = await order(options, command);
  if (options.json) printJson(answer);
  else show(answer);
}

function readStopKind(text: string): Kind {
  if (text === 'task' || text === 'issuer' || text === 'everything') return text;
  throw new InvalidArgumentError('task, issuer or everything');
}
