// `remit passkeys confirm`: activates a first passkey when there is nobody yet who could do it in the console. In AWS it
// needs leave to invoke the passkeys function (IAM); in local mode it needs this machine.

import { type Command, Option } from 'commander';
import * as z from 'zod';
import { DEFAULT_BROKER, isLoopback } from '../../src/client/transport.ts';
import { writtenOptions } from '../command-options.ts';
import { CliError, EXIT } from '../failure.ts';
import { invokeFunction } from '../invoke-function.ts';
import { printable, printJson, printLines } from '../print.ts';

interface ConfirmOptions {
  readonly person: string;
  readonly code: string;
  readonly reason: string;
  readonly issuer?: string;
  readonly function?: string;
  readonly region?: string;
  readonly broker: string;
  readonly json?: boolean;
}

const HELP = `
The person reads the code out from their page of passkeys; compare nothing but that, and confirm only somebody you have
in front of you, or whose voice you know. Afterwards this person confirms the others in the console.

Examples:
  remit passkeys confirm --person ada --code ABCD-EFGH --reason "read out in person"    in local mode
  remit passkeys confirm --function remit-passkeys --issuer https://login.acme.dev \\
    --person 7f0c2d1e-ada --code ABCD-EFGH --reason "read out in person"                in AWS`;

const LOCAL_MS = 10_000;
const CODE = /^[0-9A-Z]{4}-?[0-9A-Z]{4}$/;

/** Adds `remit passkeys confirm`. */
export function register(program: Command): void {
  const passkeys = program
    .command('passkeys')
    .description('confirm the first passkey of the first administrator')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP);
  passkeys
    .command('confirm')
    .description('activate a first passkey by its code')
    .requiredOption(
      '--person <subject>',
      "the person's subject at the identity provider; in local mode a persona",
    )
    .requiredOption('--code <code>', 'the code that their page shows')
    .requiredOption('--reason <text>', 'how you know that it is them; it goes into the audit trail')
    .option('--issuer <url>', "the identity provider's issuer; in local mode its own")
    .addOption(
      new Option('--function <name>', 'name of the passkeys function').env('REMIT_PASSKEYS_FUNCTION'),
    )
    .option('--region <name>', 'AWS region of the function')
    .addOption(
      new Option('--broker <url>', 'local mode, without --function')
        .env('REMIT_BROKER')
        .default(DEFAULT_BROKER),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((_, command: Command) => confirm(writtenOptions(command)));
}

const answered = z.union([
  z.object({ passkey: z.object({ credentialId: z.string(), label: z.string(), status: z.string() }) }),
  z.object({ error: z.string(), error_description: z.string(), code: z.string(), request_id: z.string() }),
]);

async function confirm(options: ConfirmOptions): Promise<void> {
  const code = options.code.trim().toUpperCase();
  if (!CODE.test(code)) {
    throw new CliError('That is no code of a passkey.', {
      fix: 'a code is like ABCD-EFGH',
      exitCode: EXIT.usage,
    });
  }
  const whole = code.includes('-') ? code : `${code.slice(0, 4)}-${code.slice(4)}`;
  const said = answered.safeParse(await ask(options, whole));
  if (!said.success) throw new CliError('The answer is not one of Remit.', { exitCode: EXIT.unavailable });
  if ('error' in said.data) {
    const { error_description: sentence, code: refusal, request_id: id } = said.data;
    throw new CliError(`${printable(sentence)} (${printable(refusal)}, request id ${printable(id)})`, {
      fix: 'compare person, issuer and code with their page of passkeys',
      exitCode: EXIT.refused,
    });
  }
  const { passkey } = said.data;
  if (options.json) return printJson({ passkey });
  printLines([
    printable(`confirmed: the passkey "${passkey.label}" of ${options.person} is ${passkey.status}`),
  ]);
}

async function ask(options: ConfirmOptions, code: string): Promise<unknown> {
  const { person: subject, issuer, reason, function: functionName, region } = options;
  if (functionName === undefined) return askLocal(options.broker, { subject, issuer, code, reason });
  if (issuer === undefined) {
    throw new CliError('The issuer of the person is not known.', {
      fix: 'give --issuer, as it is in the configuration of the deployment',
      exitCode: EXIT.usage,
    });
  }
  return invokeFunction({ functionName, region, event: { confirm: { issuer, subject, code, reason } } });
}

async function askLocal(broker: string, body: object): Promise<unknown> {
  try {
    if (!isLoopback(new URL(broker))) throw new Error('not on this machine');
    const answer = await fetch(new URL('/dev/passkeys/confirm', broker), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(LOCAL_MS),
    });
    return await answer.json();
  } catch (cause) {
    throw new CliError('The passkeys function is not named, and no local mode answers.', {
      fix: 'give --function (REMIT_PASSKEYS_FUNCTION), <prefix>-passkeys; or start remit dev',
      exitCode: EXIT.unavailable,
      cause,
    });
  }
}
