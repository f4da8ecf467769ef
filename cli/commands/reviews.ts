// `remit reviews`: which are due, what there is to review of an agent, and what could be taken away, as a patch of the
// catalog. Reads with the operator's own AWS credentials, or from local mode. Confirming needs the reviewer's passkey,
// and so the console.

import { relative, resolve, sep } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CatalogSource } from '../../src/adapters/files/review-diff.ts';
import { DEFAULT_BROKER } from '../../src/client/transport.ts';
import { csvLines } from '../../src/core/questions/csv.ts';
import { consoleOrigin, openPage } from '../console-address.ts';
import { reading } from '../grant-table.ts';
import { ownerOf } from '../owner-options.ts';
import { notice, printJson, printLines, tableLines } from '../print.ts';
import {
  addQuestionOptions,
  catalogDirectoryOf,
  openQuestionPorts,
  type QuestionOptions,
} from '../question-ports.ts';
import { DUE_COLUMNS, dueCells, missingPatchNote, reviewLines } from '../review-lines.ts';

interface Options extends QuestionOptions {
  readonly state?: 'due' | 'overdue';
  readonly days?: number;
  readonly ownerIssuer?: string;
  readonly ownerSubject?: string;
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly console?: string;
}

const HELP = `
Examples:
  remit reviews list --state overdue --csv
  remit reviews show billing-agent
  remit reviews show billing-agent --diff > review.patch && git apply review.patch
  remit reviews confirm billing-agent`;

/** Adds `remit reviews`. */
export function register(program: Command): void {
  const reviews = program.command('reviews').addHelpText('after', HELP);
  addList(reviews);
  addList(reviews.command('list'));
  const show = reviews
    .command('show')
    .description('what an agent may do, what it used, what never, and what could be taken away')
    .argument('<agent>', 'its id')
    .option('--diff', 'print the patch of all proposals, and nothing else');
  withOutputs(addQuestionOptions(show)).action((id: string, _: unknown, command: Command) =>
    runShow(id, command.opts<Options>(), command.getOptionValueSource('catalog') !== 'default'),
  );
  reviews
    .command('confirm')
    .description('print the page on which the reviewer confirms with a passkey, and open it')
    .argument('<agent>', 'its id')
    .addOption(
      new Option('--console <url>', 'origin of the console, output ConsoleUrl of the stack').env(
        'REMIT_CONSOLE',
      ),
    )
    .addOption(new Option('--broker <url>', 'local mode, without --console').env('REMIT_BROKER'))
    .option('--json', 'print JSON')
    .action((id: string, _: unknown, command: Command) => runConfirm(id, command.opts<Options>()));
}

/** Of `reviews` and of `reviews list`, which are the same. */
function addList(command: Command): void {
  command
    .description('list reviews that are due or overdue, the longest overdue first')
    .addOption(new Option('--state <state>', 'only these').choices(['due', 'overdue']))
    .option('--days <count>', 'due within so many days; 14 unless told', readDays)
    .option('--owner-issuer <url>', "only this owner's agents, with --owner-subject")
    .option('--owner-subject <subject>', "the owner's subject there");
  withOutputs(addQuestionOptions(command))
    .option('--csv', 'print CSV')
    .action((_: unknown, self: Command) => runList(self.opts<Options>()));
}

function withOutputs(command: Command): Command {
  return command.option('--json', 'print JSON');
}

function readDays(text: string): number {
  if (/^[0-9]{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a number of days');
}

async function runList(options: Options): Promise<void> {
  const { state, days, json, csv } = options;
  const owner = ownerOf(options);
  const [ports, { dueReviews }] = await Promise.all([
    openQuestionPorts(options),
    import('../../src/core/review/due.ts'),
  ]);
  const found = await reading(() => dueReviews(ports, { state, owner, days }));
  if (json) return printJson(found);
  const rows = found.reviews.map(dueCells);
  if (csv) printLines(csvLines(DUE_COLUMNS, rows));
  else if (rows.length === 0) notice('no review is due');
  else {
    const header = DUE_COLUMNS.map((column) => column.toUpperCase());
    printLines(tableLines(header, rows));
  }
  if (found.partial) notice('there are more agents than were read: name an owner');
}

async function runShow(id: string, given: Options, isNamed: boolean): Promise<void> {
  const [ports, { reviewContent }, { withDiffs }, { reviewDigest }] = await Promise.all([
    openQuestionPorts(given),
    import('../../src/core/review/content.ts'),
    import('../../src/adapters/files/review-diff.ts'),
    import('../../src/core/lifecycle/agent-digest.ts'),
  ]);
  const options = { ...given, catalog: await catalogDirectoryOf(given, isNamed) };
  const review = withDiffs(await reading(() => reviewContent(ports, id)), await sourceOf(options));
  const digest = reviewDigest(review.agent, ports.catalog);
  if (options.json) return printJson({ ...review, reviewDigest: digest });
  const note = missingPatchNote(review, options.catalog);
  if (note !== undefined) notice(note);
  if (!options.diff) return printLines(reviewLines(review, digest));
  process.stdout.write(review.diff);
  if (review.diff === '') notice('there is nothing to change in the catalog');
  for (const { sentence, problem } of review.proposals)
    if (problem !== undefined) notice(`not in the patch: ${sentence} (${problem})`);
}

/** The files of the checkout; local mode's own catalog is one of them, too. */
async function sourceOf({ catalog, prefix }: Options): Promise<CatalogSource | undefined> {
  const { readCatalogTexts } = await import('../../src/adapters/files/catalog-files.ts');
  const root = relative(process.cwd(), resolve(catalog)).split(sep).join('/');
  const isBelow = root !== '..' && !root.startsWith('../') && !root.startsWith('/');
  try {
    // a patch is applied where the command ran, or else in the catalog itself
    return { texts: readCatalogTexts(catalog), root: isBelow ? root : '', options: { prefix } };
  } catch {
    return undefined;
  }
}

async function runConfirm(id: string, options: Options): Promise<void> {
  const origin = consoleOrigin(options.console ?? options.broker ?? DEFAULT_BROKER);
  const link = `${origin}/console/#/reviews/${encodeURIComponent(id)}`;
  if (options.json) printJson({ agent: id, link });
  else printLines([link, 'the review is confirmed there with a passkey, by the owner or an administrator']);
  if (process.stdout.isTTY) openPage(link);
}
