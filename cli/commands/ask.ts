// `remit ask`: the questions of security teams, each one command. Reads with the operator's own AWS credentials, or from
// local mode, and writes nothing.

import type { Command } from 'commander';
import { csvLines } from '../../src/core/questions/csv.ts';
import type { Answer, Question } from '../../src/core/questions/question.ts';
import { QUESTIONS } from '../../src/core/questions/questions.ts';
import { writtenOptions } from '../command-options.ts';
import { reading } from '../grant-table.ts';
import { unknownName } from '../nearest.ts';
import { notice, printJson, printLines, tableLines } from '../print.ts';
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
    .option('--csv', 'print CSV')
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
  const ports = await openQuestionPorts(options);
  const ask = (next?: string) =>
    reading(() => question.run(ports, next === undefined ? given : { ...given, next }));
  const first = await ask();
  print(question, options['all'] === true ? await readOn(first, ask, notice) : first, options);
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
