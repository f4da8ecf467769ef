// `remit approvals`: what waits for people, what exactly each request would grant, and where to decide. It reads the
// grant table with the operator's own AWS credentials and decides nothing: that needs a person's passkey, in the page.

import { type Command, Option } from 'commander';
import { readHistory } from '../../src/core/approve/history.ts';
import { unusualOf } from '../../src/core/approve/unusual.ts';
import type { Task } from '../../src/core/model.ts';
import type { GrantStore } from '../../src/core/ports.ts';
import { listGrants } from '../../src/core/record/list-grants.ts';
import { type Request, readRequest, requestLines } from '../approval-facts.ts';
import { writtenOptions } from '../command-options.ts';
import { consoleOrigin, openPage } from '../console-address.ts';
import { CliError, EXIT } from '../failure.ts';
import { readGrantId } from '../grant-id.ts';
import { addTableOptions, openTables, reading, type TableOptions } from '../grant-table.ts';
import { unknownName } from '../nearest.ts';
import { notice, printable, printJson, printLines, tableLines } from '../print.ts';

interface ApprovalsOptions extends TableOptions {
  readonly console?: string;
  /** Where it is read what tasks are called and what makes repeating them harmless. */
  readonly catalog: string;
  readonly json?: boolean;
}

const HELP = `
Examples:
  remit approvals                                       what waits for people now
  remit approvals show 01K9Z3Q4M5N6P7R8S9T0V1W2X3       what one request would grant, its digest verified
  remit approvals open 01K9Z3Q4M5N6P7R8S9T0V1W2X3       open its page, where people decide with their passkeys`;

const COMMANDS = [{ name: 'list' }, { name: 'show' }, { name: 'open' }];

/** Rows of open requests that are read for one list. */
const MOST_LISTED = 200;

/** Adds `remit approvals`, `remit approvals show` and `remit approvals open`. */
export function register(program: Command): void {
  const approvals = program.command('approvals').description('list the requests that wait for people');
  addOptions(approvals)
    .addHelpText('after', HELP)
    .argument('[command]', 'show or open; without one, what waits is listed')
    .action((name: string | undefined, options: ApprovalsOptions) => {
      if (name !== undefined && name !== 'list') throw unknownName('command', name, COMMANDS);
      return runList(options);
    });
  addOptions(approvals.command('show').description('show what one request would grant'))
    .argument('<request>', 'id of the request, which is that of its grant')
    .action((id: string, _, command: Command) => runShow(id, writtenOptions(command)));
  addOptions(
    approvals.command('open').description('open the page of one request; it decides nothing by itself'),
  )
    .argument('<request>', 'id of the request, which is that of its grant')
    .action((id: string, _, command: Command) => runOpen(id, writtenOptions(command)));
}

function addOptions(command: Command): Command {
  return addTableOptions(command)
    .addOption(
      new Option('--console <url>', 'origin of the console, output ConsoleUrl of the stack').env(
        'REMIT_CONSOLE',
      ),
    )
    .option('--catalog <directory>', 'the catalog, for what it says of tasks', 'catalog')
    .option('--json', 'print JSON');
}

async function runList(options: ApprovalsOptions): Promise<void> {
  const { grants: store } = await openTables(options);
  const { requests, damaged } = await waiting(store);
  if (options.json) {
    printJson({ approvals: requests.map(summaryOf), damaged });
    return;
  }
  for (const id of damaged)
    notice(`${printable(id)}: its facts do not belong to the digest that people sign; decide nothing`);
  if (requests.length === 0) return notice('nothing waits for people');
  printLines(tableLines(HEADER, requests.map(rowOf)));
}

/** Requests by deadline, the next to lapse first. */
async function waiting(store: GrantStore) {
  const query = { status: 'pending' as const, limit: MOST_LISTED, pages: Number.POSITIVE_INFINITY };
  const { grants, next } = await reading(() => listGrants(store, query));
  if (next !== undefined) notice(`more than ${MOST_LISTED} wait; these are the newest`);
  const rows = await Promise.all(grants.map(({ grantId }) => reading(() => store.get(grantId))));
  const requests: Request[] = [];
  const damaged: string[] = [];
  for (const grant of rows) {
    if (grant?.status !== 'pending') continue;
    try {
      const request = readRequest(grant);
      if (request !== undefined) requests.push(request);
    } catch {
      damaged.push(grant.grantId);
    }
  }
  requests.sort((one, other) => one.grant.expiresAt.getTime() - other.grant.expiresAt.getTime());
  return { requests, damaged };
}

const HEADER = ['REQUEST', 'CODE', 'AGENT', 'TASK', 'APPROVED', 'WAITS FOR', 'LAPSES AT'];

function rowOf({ grant, facts, code, approved }: Request): string[] {
  const { approvers, quorum } = facts.approval;
  const { grantId, expiresAt } = grant;
  const agreed = `${approved} of ${quorum}`;
  return [grantId, code, facts.agent, facts.task, agreed, approvers.join(', '), expiresAt.toISOString()];
}

function summaryOf({ grant, facts, code, approved }: Request): object {
  const { grantId, status, requestDigest, requestedAt, expiresAt, purpose } = grant;
  const { agent, task, environment, parameters, approval } = facts;
  const { approvers, quorum } = approval;
  const decided = { approvers, quorum, approved };
  const of = { agent, task, environment, parameters, purpose };
  return { grantId, bindingCode: code, status, ...of, ...decided, requestDigest, requestedAt, expiresAt };
}

async function runShow(id: string, options: ApprovalsOptions): Promise<void> {
  const { request, link, store } = await findRequest(id, options);
  const { grant, facts } = request;
  const unusual = unusualOf(facts, await reading(() => readHistory({ grants: store }, grant)));
  const task = await taskOf(grant.task, options.catalog);
  // where nothing is left to decide
  const decideAt = grant.status === 'pending' ? link : undefined;
  if (!options.json) return printLines(requestLines(request, { link: decideAt, task, unusual }));
  const { title, idempotency, outlivesLease } = task ?? {};
  printJson({
    ...summaryOf(request),
    title,
    unusual,
    idempotency,
    outlivesLease,
    facts,
    decisions: grant.approvals,
    link,
  });
}

/** Rows hold the id alone; a catalog that cannot be read here, or lacks the task, tells nothing of it. */
async function taskOf(id: string, directory: string): Promise<Task | undefined> {
  const { readCatalog } = await import('../../src/adapters/files/catalog-files.ts');
  return readCatalog(directory).catalog?.tasks.find((task) => task.id === id);
}

async function runOpen(id: string, options: ApprovalsOptions): Promise<void> {
  const { request, link } = await findRequest(id, options);
  if (link === undefined) {
    throw new CliError('The address of the console is not known.', {
      fix: 'give --console (REMIT_CONSOLE), the output ConsoleUrl of the stack',
      exitCode: EXIT.usage,
    });
  }
  const { grantId } = request.grant;
  if (options.json) printJson({ grantId, bindingCode: request.code, link });
  else printLines([`${link}`, `code ${request.code}: the page must show the same`]);
  if (process.stdout.isTTY) openPage(link);
}

async function findRequest(id: string, options: ApprovalsOptions) {
  const grantId = readGrantId(id);
  const tables = await openTables(options);
  const grant = grantId && (await reading(() => tables.grants.get(grantId)));
  const request = grant && readRequest(grant);
  if (request === undefined) {
    throw new CliError(`There is no request ${printable(id)} that people decide.`, {
      fix: 'remit approvals lists those that wait',
    });
  }
  const origin = consoleOrigin(options.console) ?? tables.consoleOrigin;
  return {
    request,
    store: tables.grants,
    link: origin && `${origin}/console/#/approvals/${request.grant.grantId}`,
  };
}
