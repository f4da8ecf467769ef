// `remit audit redrive` and `remit audit rescan`: has the audit function take what was set aside, or go over a table. Both
// need leave to invoke that function (IAM), repeat harmlessly, and tell what came of it.

import * as z from 'zod';
import { CliError, EXIT } from '../failure.ts';
import { invokeFunction } from '../invoke-function.ts';
import { notice, printJson, printLines } from '../print.ts';

interface FunctionOptions {
  readonly function: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly reason: string;
  readonly limit: number;
  readonly json?: boolean;
}

const redriven = z.object({
  taken: z.number(),
  recorded: z.number(),
  unreadable: z.number(),
  forgotten: z.number(),
  unknown: z.number(),
});

/** Takes what waits; the exit code is 1 while something is left that cannot be taken. @throws CliError */
export async function runRedrive(options: FunctionOptions): Promise<void> {
  const report = await ask(
    options,
    { action: 'redrive', limit: options.limit, reason: options.reason },
    redriven,
  );
  const { taken, recorded, unreadable, forgotten, unknown } = report;
  if (unreadable + forgotten + unknown > 0) process.exitCode = EXIT.failed;
  if (options.json) printJson(report);
  else printLines([`taken ${taken}, recorded ${recorded}`]);
  if (unreadable > 0) notice(`${unreadable} cannot be read by this release either; they stay in the queue`);
  if (forgotten > 0)
    notice(`${forgotten} are in their stream no more: remit audit rescan finds what rows still say`);
  if (unknown > 0) notice(`${unknown} in the queue are no changes of a row`);
}

export interface RescanOptions extends FunctionOptions {
  readonly source: string;
}

const rescanned = z.object({
  scanned: z.number(),
  recorded: z.number(),
  gaps: z.number(),
  next: z.string().optional(),
});

/** Goes over a whole table, a part an invocation. @throws CliError */
export async function runRescan(options: RescanOptions): Promise<void> {
  const { source, limit, reason } = options;
  const sum = { scanned: 0, recorded: 0, gaps: 0 };
  for (let after: string | undefined, isOver = false; !isOver; ) {
    const order = { action: 'rescan', source, limit, reason, ...(after !== undefined && { after }) };
    const part = await ask(options, order, rescanned);
    sum.scanned += part.scanned;
    sum.recorded += part.recorded;
    sum.gaps += part.gaps;
    after = part.next;
    isOver = after === undefined;
    if (!isOver) notice(`${sum.scanned.toLocaleString('en-US')} rows looked at`);
  }
  if (options.json) printJson(sum);
  else printLines([`looked at ${sum.scanned}, recorded ${sum.recorded}, gaps ${sum.gaps}`]);
}

async function ask<Schema extends z.ZodType>(
  { function: functionName, region, endpoint }: FunctionOptions,
  event: object,
  schema: Schema,
): Promise<z.output<Schema>> {
  const said = schema.safeParse(await invokeFunction({ functionName, region, endpoint, event }));
  if (said.success) return said.data;
  throw new CliError('The answer is not one of the audit function.', {
    fix: 'check --function: the output AuditFunction of the stack',
    exitCode: EXIT.unavailable,
  });
}
