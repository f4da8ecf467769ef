// `remit agents`: the registry as operators see and change it.

import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { orderOptions } from '../admin-options.ts';
import { type AdminOptions, order } from '../admin-port.ts';
import { agentLines, agentSentence, agentTable } from '../agent-lines.ts';
import {
  addStoryOptions,
  budgetLines,
  noticeOfMore,
  type ShowOptions,
  showAgent,
  storyLines,
} from '../agent-story.ts';
import { CliError, EXIT } from '../failure.ts';
import { killedLines, sayWait } from '../kill-lines.ts';
import { addOffboarding } from '../offboarding-commands.ts';
import { ownerOf } from '../owner-options.ts';
import { addOwners } from '../owners.ts';
import { notice, printJson, printLines } from '../print.ts';
import { isCode } from '../state-directory.ts';

interface Options extends AdminOptions {
  readonly reason: string;
  readonly status?: string;
  readonly due?: string;
  readonly next?: string;
  readonly proposed?: boolean;
  readonly ownerIssuer?: string;
  readonly ownerSubject?: string;
  readonly digest?: string;
  readonly reviewBy?: string;
  readonly purpose?: string;
  readonly groups?: string;
  readonly addBinding?: readonly string[];
  readonly removeBinding?: readonly string[];
}

const FILE_FIX = 'remit agents register --help shows a whole file';

const STATUSES = ['proposed', 'active', 'suspended', 'retired'];

const MOVES = {
  suspend: 'stop it and end its grants',
  resume: 'let it work, or begin to',
} as const;

const HELP = `
Examples:
  remit agents list --status active --due 2026-12-31
  remit agents show billing-agent --story
  remit agents register reporter.json --reason "quarterly report"
  remit agents retire billing-agent --reason "replaced" --wait
  remit agents verify-proof offboarding-billing-agent.json --public-key key.pem

What the file of a registration has in it: remit agents register --help.`;

const FILE = `
The file; budget and a binding's claims can be left out, and "reviewBy", a date, is in 90 days unless it says another:
  {
    "id": "reporter",
    "owner": { "issuer": "https://login.acme.dev", "subject": "7f0c2d1e-ada" },
    "purpose": "Writes the quarterly report",
    "environment": "prod",
    "groups": ["reporting"],
    "bindings": [{
      "issuer": "https://token.actions.githubusercontent.com",
      "subject": "repo:acme/reports:environment:prod",
      "claims": { "repository_id": "1296269" }
    }],
    "budget": { "concurrent": 2, "perHour": 20 }
  }
The owner is a person who signs in to the console: "issuer" exactly as their ID tokens have it, "subject" their "sub"
there, never an e-mail address. An issuer of bindings is the address under "issuer" in catalog/issuers.yaml, not its
name there. Groups are those that
catalog/groups.yaml lists under runtimeAssignable.`;

const WIDER = `
Given with AWS credentials: IAM says who may. Who has none signs in the console: an administrator gives an agent that was
let act further groups (Give groups) or identities (Add a workload) with a passkey.`;

const UNSIGNED = `
The usual way is the console (remit reviews confirm), where the owner or an administrator signs with a passkey. Here IAM
alone says who may, and the trail says that nobody signed. What is confirmed is what was shown: once the agent or the
catalog in force is another, the digest is refused (agent_changed).
  remit reviews show billing-agent
  remit agents review billing-agent --digest sha256:… --reason "quarterly review"`;

/** Adds `remit agents`. */
export function register(program: Command): void {
  const agents = program
    .command('agents')
    .description('list, register, review, suspend and retire agents')
    .addHelpText('after', HELP);
  addLooks(agents);
  addUpdate(agents);
  addOwners(agents);
  const add = agents
    .command('register')
    .description('register an agent')
    .argument('<file>', 'JSON of the agent')
    .addHelpText('after', FILE);
  orderOptions(add.option('--proposed', 'leave it to another person to begin it'), { reason: true }).action(
    (file: string, { proposed, ...options }: Options) =>
      send(options, {
        command: 'agents.register',
        agent: readAgent(file),
        activate: proposed !== true,
        reason: options.reason,
      }),
  );
  for (const [act, description] of Object.entries(MOVES)) {
    const command = agents.command(act).description(description).argument('<agent>', 'its id');
    const show = act === 'resume' ? showSentence : showStopped;
    orderOptions(command, { reason: true }).action((id: string, options: Options) => {
      if (act === 'suspend') sayWait(options, `suspending ${id}`);
      return send(options, { command: `agents.${act}`, id, reason: options.reason }, show);
    });
  }
  addOffboarding(agents);
  const transfer = agents
    .command('transfer')
    .description('give it to another owner')
    .argument('<agent>', 'its id');
  transfer
    .requiredOption('--owner-issuer <url>', 'issuer of the new owner')
    .requiredOption('--owner-subject <subject>', 'subject of the new owner');
  orderOptions(transfer, { reason: true }).action((id: string, options: Options) => {
    const owner = { issuer: options.ownerIssuer, subject: options.ownerSubject };
    return send(options, { command: 'agents.transfer', id, owner, reason: options.reason });
  });
  addReview(agents);
}

/** The way without a passkey; the console is the usual one. */
function addReview(agents: Command): void {
  const review = agents
    .command('review')
    .description('confirm its review with AWS credentials, unsigned')
    .argument('<agent>', 'its id')
    .addHelpText('after', UNSIGNED)
    .requiredOption('--digest <digest>', 'of the review as remit reviews show printed it', readDigest)
    .option('--review-by <date>', 'next review, at most 90 days away');
  orderOptions(review, { reason: true }).action((id: string, options: Options) => {
    const { digest: reviewDigest, reviewBy, reason } = options;
    const command = { command: 'agents.review', id, reviewDigest, ...(reviewBy && { reviewBy }), reason };
    return send(options, command);
  });
}

/** @throws InvalidArgumentError */
function readDigest(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('a digest is sha256: and 64 digits; remit reviews show <agent> prints it.');
}

/** Of agents that were registered at run time; what the catalog says is changed there. */
function addUpdate(agents: Command): void {
  const collect = (text: string, before: readonly string[] = []) => [...before, text];
  const update = agents
    .command('update')
    .description('change purpose, groups or identities of an agent that was registered at run time')
    .argument('<agent>', 'its id')
    .addHelpText('after', WIDER)
    .option('--purpose <text>', 'what it is for')
    .option('--groups <names>', 'all its groups, with commas; empty for none')
    .option('--add-binding <identity>', "'<issuer> <subject>'; more than once for more", collect)
    .option('--remove-binding <identity>', 'the same, to give it up', collect);
  orderOptions(update, { reason: true }).action((id: string, options: Options) => {
    const { purpose, groups, addBinding = [], removeBinding = [], reason } = options;
    const changes = {
      ...(purpose !== undefined && { purpose }),
      ...(groups !== undefined && { groups: groups.split(',').filter((each) => each !== '') }),
      ...(addBinding.length > 0 && { addBindings: addBinding.map(readIdentity) }),
      ...(removeBinding.length > 0 && { removeBindings: removeBinding.map(readIdentity) }),
    };
    if (Object.keys(changes).length > 0)
      return send(options, { command: 'agents.update', id, ...changes, reason });
    throw new CliError('There is nothing to change.', {
      fix: 'give --purpose, --groups, --add-binding or --remove-binding',
      exitCode: EXIT.usage,
    });
  });
}

function readIdentity(text: string): { issuer: string; subject: string } {
  const [, issuer, subject] = /^(\S+) (.+)$/.exec(text) ?? [];
  if (issuer !== undefined && subject !== undefined) return { issuer, subject };
  throw new CliError('An identity is an issuer and a subject.', {
    fix: "give it as '<issuer> <subject>', in quotes",
    exitCode: EXIT.usage,
  });
}

function addLooks(agents: Command): void {
  const list = agents
    .command('list')
    .description('list agents of one status')
    .addOption(new Option('--status <status>', 'of this status').choices(STATUSES).default('active'))
    .option('--due <date>', 'only those whose review is due by this day')
    .option('--owner-issuer <url>', 'of this owner, in any status; with --owner-subject')
    .option('--owner-subject <subject>', "the owner's subject there")
    .option('--next <cursor>', 'the next page');
  orderOptions(list, { reason: false }).action(async ({ status, due, next, ...options }: Options) => {
    const owner = ownerOf(options);
    const command = {
      command: 'agents.list',
      status,
      ...(owner && { owner }),
      ...(due && { reviewBy: due }),
      ...(next && { next }),
    };
    await send(options, command, showPage);
    const isAsked = list.getOptionValueSource('status') !== 'default' || owner !== undefined;
    if (!isAsked && !next && !options.json) await tellOthers(options, due);
  });
  const description = 'one agent: its row, what of its budgets is used, and who did what to it';
  const show = addStoryOptions(agents.command('show').description(description).argument('<agent>', 'its id'));
  orderOptions(show, { reason: false }).action(showOne);
}

/** Without --status it is the active ones alone: what else there is must not look as if it were not. */
async function tellOthers(options: AdminOptions, due: string | undefined): Promise<void> {
  const counts = await Promise.all(
    STATUSES.filter((status) => status !== 'active').map(async (status) => {
      const page = { command: 'agents.list', status, limit: 200, ...(due && { reviewBy: due }) };
      const { agents, next } = await order(options, page);
      const count = Array.isArray(agents) ? agents.length : 0;
      return count === 0 ? [] : [`${count}${next === undefined ? '' : '+'} ${status}`];
    }),
  );
  const others = counts.flat().join(', ');
  if (others !== '') notice(`only active agents; not shown: ${others} (--status)`);
}

async function showOne(id: string, options: ShowOptions): Promise<void> {
  const { answer, story } = await showAgent(id, options);
  if (options.json) return printJson({ ...answer, ...(story && { story }) });
  printLines([...agentLines(answer), ...budgetLines(answer), ...(story ? storyLines(story) : [])]);
  if (story) noticeOfMore(story);
}

type Show = (answer: unknown) => void;

const showSentence: Show = (answer) => printLines([agentSentence(answer)]);

const showStopped: Show = (answer) => printLines(killedLines(answer));

function showPage(answer: unknown): void {
  const { lines, next } = agentTable(answer);
  printLines(lines);
  if (lines.length === 0) notice('no agent matches on this page');
  if (next !== undefined) notice(`there are more: the same command with --next ${next}`);
}

async function send(options: AdminOptions, command: object, show: Show = showSentence): Promise<void> {
  const answer = await order(options, command);
  if (options.json) printJson(answer);
  else show(answer);
}

function readAgent(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const why = isCode(cause, 'ENOENT') ? 'There is no file' : 'This file cannot be read:';
    throw new CliError(`${why} ${file}.`, { fix: FILE_FIX, exitCode: EXIT.usage, cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    // with the place, and of what stands there a few characters
    const where = cause instanceof Error ? `: ${cause.message.replaceAll(/\s+/g, ' ')}` : '.';
    throw new CliError(`${file} is not JSON${where}`, { fix: FILE_FIX, exitCode: EXIT.usage, cause });
  }
}
