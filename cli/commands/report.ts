// `remit report`: the controls of a framework, each with its evidence as it is now. Exit code 1 when one fails.

import { existsSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readCatalog } from '../../src/adapters/files/catalog-files.ts';
import { isServedLocally } from '../../src/core/catalog/demo.ts';
import type { Catalog } from '../../src/core/model.ts';
import { type Framework, judge, observeAll, type Report } from '../../src/core/report/framework.ts';
import { FRAMEWORKS } from '../../src/core/report/frameworks.ts';
import { writtenOptions } from '../command-options.ts';
import { CliError, EXIT } from '../failure.ts';
import { unknownName } from '../nearest.ts';
import { jsonText, notice, printJson, printLines, tableLines } from '../print.ts';
import { addQuestionOptions } from '../question-ports.ts';
import { type Heading, reportCsv, reportLines } from '../report-lines.ts';
import { openReportPorts, type ReportOptions } from '../report-ports.ts';

interface Options extends Omit<ReportOptions, 'onSynth'> {
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly out?: string;
}

const HELP = `
Examples:
  remit report                                   lists the frameworks
  remit dev &  remit report owasp-nhi            with probes of local mode
  remit report nist-800-207 --table … --registry-table … --account … --broker https://… --trail s3://… --trail-key arn:…
  remit report nist-ai-rmf --json --out report.json

Exit code 1 when a control fails or lacks evidence that it must have; with --strict also for what was not observed.
Local mode is probed, AWS is only read: probes take its identities, ask for grants of the purpose "remit report" and end
them; where a control is about stopping, an agent that holds no other grant is suspended for some seconds, then resumed.`;

const PROBED =
  'probing local mode: an agent that holds no other grant may be suspended for some seconds, and is then resumed';

/** Adds `remit report` with a command for each framework. */
export function register(program: Command): void {
  const report = program
    .command('report')
    .description('print the controls of a framework with their evidence; without a framework, list them')
    .addHelpText('after', HELP)
    .argument('[framework]', 'one of those that it lists')
    .option('--json', 'print JSON')
    .action((name: string | undefined, options: { readonly json?: boolean }) => {
      if (name !== undefined) throw unknownName('framework', name, FRAMEWORKS);
      listFrameworks(options);
    });
  for (const framework of FRAMEWORKS)
    addQuestionOptions(report.command(framework.name).description(framework.title))
      .option('--template <file>', 'the synthesized stack in cdk.out; made now when left out')
      .option(
        '--trail-key <key>',
        'key that signs the trail’s checkpoints: a public key in PEM, or the ARN in KMS',
      )
      .option('--kept <file...>', 'checkpoints that were kept apart: the trail must reach them')
      .option('--strict', 'whatever is not observed is a failure')
      .option('--json', 'print JSON')
      .option('--csv', 'print CSV')
      .option('--out <file>', 'write it there instead')
      .action((_: Options, command: Command) => runReport(framework, writtenOptions<Options>(command)));
}

function listFrameworks({ json }: { readonly json?: boolean }): void {
  const listed = FRAMEWORKS.map(({ name, title, controls }) => ({ name, title, controls: controls.length }));
  if (json) {
    printJson({ frameworks: listed });
    return;
  }
  const rows = listed.map(({ name, title, controls }) => [name, title, String(controls)]);
  printLines(tableLines(['REPORT', 'FRAMEWORK', 'CONTROLS'], rows));
}

async function runReport(framework: Framework, options: Options): Promise<void> {
  const onSynth = () => notice('synthesizing the stack, which takes some seconds');
  const ports = await openReportPorts({ ...options, onSynth });
  if (ports.probes !== undefined) notice(PROBED);
  const seen = await observeAll(framework, ports);
  const report = judge(framework, seen, options.strict === true);
  const catalog = ports.questions.catalog;
  const catalogNote = noteOnFiles(options.catalog, catalog, options.table === undefined);
  const heading = {
    deployment:
      options.table === undefined
        ? `local mode at ${ports.broker.url}`
        : `${options.account} ${options.table}`,
    catalog: catalog.digest,
    ...(catalogNote !== undefined && { catalogNote }),
    at: ports.questions.clock().toISOString(),
  };
  const lines = written(report, heading, options);
  if (options.out === undefined) printLines(lines);
  else save(options.out, lines);
  if (!report.ok) process.exitCode = EXIT.failed;
}

/** In one sentence, where the files have another digest than the catalog in force. */
function noteOnFiles(directory: string, inForce: Catalog, isLocal: boolean): string | undefined {
  const found = existsSync(directory) ? readCatalog(directory).catalog : undefined;
  if (found === undefined || found.digest === inForce.digest) return undefined;
  const why =
    isLocal && isServedLocally(found, inForce)
      ? 'local mode serves them with its demo issuer added, in memory'
      : 'another catalog is in force than that of this directory';
  return `The files in ${directory} are ${found.digest}: ${why}.`;
}

function written(report: Report, heading: Heading, { json, csv }: Options): string[] {
  if (json === true) return [jsonText({ ...heading, ...report }, 2)];
  return csv === true ? reportCsv(report, heading) : reportLines(report, heading);
}

function save(path: string, lines: readonly string[]): void {
  try {
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  } catch (cause) {
    throw new CliError(`${path} cannot be written.`, { exitCode: EXIT.usage, cause });
  }
  notice(`written to ${path}`);
}
