// `remit ask`: the questions of security teams, each one command. Reads with the operator's own AWS credentials, or from
// local mode, and writes nothing.

import { type Command, Option } from 'commander';
import type { Catalog } from '../../src/core/model.ts';
import { csvLines } from '../../src/core/questions/csv.ts';
import type { Answer, Question } from '../../src/core/questions/question.ts';
import { QUESTIONS } from '../../src/core/questions/questions.ts';
import { REFUSALS } from '../../src/core/refusal.ts';
import { writtenOptions } from '../command-options.ts';
import { CliError, EXIT } from '../failure.ts';
import { reading } from '../grant-table.ts';
import { meantOf, unknownName } from '../nearest.ts';
import { notice, printable, printJson, printLines, tableLines } from '../print.ts';
import { addQuestionOptions, openQuestionPorts, type QuestionOptions } from '../question-ports.ts';
import { readOn } from '../read-on.ts';
import { readTime } from '../times.ts';

type Options = QuestionOptions & {
  readonly json?: boolean;
  readonly csv?: boolean;
} & Readonly<Record<string, unknown>>;

const HELP = `
Examples:
  remit ask holds
  remit ask touched --resource 'arn:aws:s3:::acme-invoices/*' --from 7d --csv
  remit ask could --task refund-customer --parameters '{"amount":80}' --json

Times are ISO 8601 or an age such as 30m, 24h, 7d.`;

/** Adds `remit ask` with a command for each question. */
export function register(program: Command): void {
  const ask = program
    .command('ask')
    .description('answer what security teams ask; without a question, list them')
    .addHelpText('after', HELP)
    .argument('[question]', 'one of those that it lists')
    .option('--json', 'print JSON')
    .action((name: string | undefined, { json }: { readonly json?: boolean }) => {
      if (name !== undefined) throw unknownName('question', name, QUESTIONS);
      if (json) return printJson({ questions: QUESTIONS.map(summaryOf) });
      printLines(
        tableLines(
          ['QUESTION', 'WHAT'],
          QUESTIONS.map((question) => [question.name, question.sentence]),
        ),
      );
    });
  for (const question of QUESTIONS) addQuestion(ask, question);
}

function summaryOf({ name, sentence }: Question): { name: string; sentence: string } {
  return { name, sentence };
}

function addQuestion(ask: Command, question: Question): void {
  const command = ask.command(question.name).description(question.sentence);
  for (const { name, sentence, isRequired } of question.parameters) {
    const flags = `--${name} <value>`;
    const read = isTime(name) ? (text: string) => readTime(text).toISOString() : (text: string) => text;
    if (isRequired) command.requiredOption(flags, sentence, read);
    else command.option(flags, sentence, read);
  }
  if (question.goesOn) command.option('--all', 'go on to the last agent, part by part');
  addQuestionOptions(command)
    .option('--json', 'print JSON')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .action((_: Options, command: Command) => runQuestion(question, writtenOptions<Options>(command)));
}

function isTime(name: string): boolean {
  return name === 'from' || name === 'to';
}

async function runQuestion(question: Question, options: Options): Promise<void> {
  const given = Object.fromEntries(
    question.parameters.flatMap(({ name }) => {
      const value = options[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  requireCode(given['code']);
  const ports = await openQuestionPorts(options);
  requireTask(question, given['task'], ports.catalog);
  const ask = (next?: string) =>
    reading(() => question.run(ports, next === undefined ? given : { ...given, next }));
  const first = await ask();
  print(question, options['all'] === true ? await readOn(first, ask, notice) : first, options);
}

/** @throws CliError with the nearest code there is */
function requireCode(code: string | undefined): void {
  if (code === undefined || Object.hasOwn(REFUSALS, code)) return;
  throw new CliError(`There is no code ${printable(code)}.${meantOf(code, Object.keys(REFUSALS))}`, {
    fix: 'docs/refusals.md lists them',
    exitCode: EXIT.usage,
  });
}

/** Of questions about what was, a task that the catalog has lost is asked about all the same. @throws CliError */
function requireTask({ parameters }: Question, task: string | undefined, { tasks }: Catalog): void {
  const isNeeded = parameters.some(({ name, isRequired }) => name === 'task' && isRequired);
  if (!isNeeded || task === undefined || tasks.some(({ id }) => id === task)) return;
  throw unknownName(
    'task',
    task,
    tasks.map(({ id }) => ({ name: id })),
  );
}

function print({ name }: Question, answer: Answer, { json, csv }: Options): void {
  const { columns, rows, note } = answer;
  if (json) {
    printJson({ question: name, ...answer });
    return;
  }
  if (csv) printLines(csvLines(columns, rows));
  else if (rows.length === 0) notice('nothing to show');
  else {
    const header = columns.map((column) => column.toUpperCase());
    printLines(
      tableLines(
        header,
        rows.map((row) => row.map((cell) => (cell === '' ? '-' : String(cell)))),
      ),
    );
  }
  if (note !== undefined) notice(note);
}
