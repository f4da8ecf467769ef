// `remit audit`: proves the audit trail, searches it and follows it; has the audit function take what it had set aside.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { runRedrive, runRescan } from '../audit/redrive.ts';
import { runSearch, runTail, type SearchOptions, type TailOptions } from '../audit/search.ts';
import { addSourceOptions, runKey } from '../audit/source.ts';
import { runVerify, type VerifyCommandOptions } from '../audit/verify.ts';
import { readTime } from '../times.ts';

const HELP = `
Examples:
  remit audit verify                                   local mode's own trail
  remit audit verify copy/ --public-key audit.pem      a copy, offline
  remit audit verify --bucket NAME --key ARN           a deployment's
  remit audit verify copy/ --public-key audit.pem --from 2026-11-01 --to 2026-11-30

Exit code 1 when a link is broken: the first one of each chain is named. Keep the newest checkpoint elsewhere and give
it with --kept: a tail that was cut off together with its checkpoints is seen by nothing else.`;

const EXAMPLES = `
Examples:
  remit audit verify
  remit audit search --agent billing-agent --from 24h
  remit audit tail --json`;

const SEARCH_HELP = `
Examples:
  remit audit search --agent billing-agent --from 24h
  remit audit search --type token.refused --json
  remit audit search copy/ --grant 01J… --csv

Times are ISO 8601 or an age such as 30m, 24h, 7d. A search proves nothing: remit audit verify does.`;

/** Adds `remit audit` and its commands. */
export function register(program: Command): void {
  const audit = program
    .command('audit')
    .description('prove, search and follow the audit trail')
    .addHelpText('after', EXAMPLES);
  addVerify(audit);
  addSearch(audit);
  addRepairs(audit);
  const key = audit
    .command('key')
    .description('print the public key that verifies: keep it elsewhere than the trail')
    .addOption(new Option('--key <arn>', "a deployment's key in KMS (local mode's)").env('REMIT_TRAIL_KEY'));
  addSourceOptions(key).action(runKey);
  const tail = audit
    .command('tail')
    .description('print records as they are archived, until Ctrl-C')
    .argument('[directory]', "a copy of the trail (local mode's own)")
    .option('--trail <directory>', 'the same, as other commands have it')
    .option('--json', 'one record a line, as it is archived');
  addSourceOptions(tail).action((directory: string | undefined, options: TailOptions) =>
    runTail(directory, options),
  );
}

function addVerify(audit: Command): void {
  const verify = audit
    .command('verify')
    .description('prove a range of the trail, offline, from a copy too')
    .argument('[directory]', "a copy of the trail (local mode's own)")
    .option('--trail <directory>', 'the same, as other commands have it')
    .option('--public-key <file>', 'PEM of the key that signs checkpoints')
    .addOption(
      new Option('--key <arn>', 'the same key in KMS: the output TrailKeyArn of the stack').env(
        'REMIT_TRAIL_KEY',
      ),
    )
    .option('--kept <file...>', 'checkpoints that were kept elsewhere')
    .option('--without-signatures', 'check the chains alone')
    .option('--from <time>', 'from this day on', readTime)
    .option('--to <time>', 'up to this day', readTime)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP);
  addSourceOptions(verify).action((directory: string | undefined, options: VerifyCommandOptions) =>
    runVerify(directory, options),
  );
}

function addSearch(audit: Command): void {
  const search = audit
    .command('search')
    .description('find records, the newest first')
    .argument('[directory]', "a copy of the trail (local mode's own)")
    .option('--trail <directory>', 'the same, as other commands have it')
    .option('--agent <id>', 'of this agent')
    .option('--task <id>', 'of this task')
    .option('--grant <id>', 'of this grant')
    .option('--person <subject>', 'that a person acted in or is named in: the subject, or the end of it')
    .option('--resource <arn>', 'where a grant begins under which this resource could be touched')
    .option('--type <type>', 'of this type, or of all below it: grant.ended, grant')
    .option('--from <time>', 'happened or recorded then or later (30d)', readTime)
    .option('--to <time>', 'happened or recorded then or earlier', readTime)
    .option('--limit <count>', 'at most so many', readCount, 100)
    .option('--json', 'print the records as they are archived')
    .addOption(new Option('--csv', 'print CSV').conflicts('json'))
    .addHelpText('after', SEARCH_HELP);
  addSourceOptions(search).action((directory: string | undefined, options: SearchOptions) =>
    runSearch(directory, options),
  );
}

const SOURCES = ['grants', 'registry', 'people', 'outbox'];

function addRepairs(audit: Command): void {
  const redrive = audit
    .command('redrive')
    .description('take what the audit function has set aside into the trail again');
  addFunctionOptions(redrive, 100).action(runRedrive);
  const rescan = audit
    .command('rescan')
    .description('bring what rows still say of events that their stream has forgotten')
    .addOption(new Option('--source <table>', 'which table').choices(SOURCES).makeOptionMandatory());
  addFunctionOptions(rescan, 1000).action(runRescan);
}

function addFunctionOptions(command: Command, limit: number): Command {
  return command
    .addOption(
      new Option('--function <name>', 'name of the audit function')
        .env('REMIT_AUDIT_FUNCTION')
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', 'why: the trail tells of the order')
    .option('--region <name>', 'AWS region of the function')
    .option('--endpoint <url>', 'address of the Lambda API, where it is another one')
    .option('--limit <count>', 'at most so many an invocation', readCount, limit)
    .option('--json', 'print JSON');
}

function readCount(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a number from 1 to 999999');
}
