// Waits until a retired agent is dead, and saves the proof. Everything is decided by whoever makes the proof; here it
// is only asked again, also through a short outage.

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type AdminOptions, order } from './admin-port.ts';
import { CliError, EXIT } from './failure.ts';
import { createOffboardingDisplay } from './offboarding-display.ts';
import { printable } from './print.ts';
import { isCode } from './state-directory.ts';

/** Longest and shortest time between two questions. */
const ASK_AGAIN_MS = 5_000;
const ASK_SOON_MS = 500;
/** Outages that are waited out, in questions that failed one after the other. */
const MOST_FAILURES = 12;

const check = z.object({
  id: z.string(),
  says: z.string(),
  basis: z.string(),
  why: z.string().optional(),
  state: z.enum(['done', 'waiting', 'failed']),
  until: z.string().optional(),
  evidence: z.record(z.string(), z.unknown()),
});
const offboarding = z.object({
  agent: z.string(),
  state: z.enum(['waiting', 'failed', 'dead']),
  checks: z.array(check),
  until: z.string().optional(),
  proof: z.string().optional(),
});

export type ToldCheck = z.output<typeof check>;
/** How far an offboarding is. */
export type ToldOffboarding = z.output<typeof offboarding>;

/** @throws CliError for an answer of another kind */
export function readOffboarding(answer: unknown): ToldOffboarding {
  const result = offboarding.safeParse(answer);
  if (result.success) return result.data;
  throw new CliError('The answer is not how far an offboarding is.', {
    fix: 'deploy the version of Remit that this command line is of',
    exitCode: EXIT.unavailable,
  });
}

/** Asks until the agent is dead or something failed for good, and shows how far it is. */
export async function awaitProof(options: AdminOptions, id: string): Promise<ToldOffboarding> {
  const display = createOffboardingDisplay({ isQuiet: options.json === true });
  let failures = 0;
  try {
    for (;;) {
      const answer = await ask(options, id).catch((error: unknown) => {
        failures += 1;
        if (failures > MOST_FAILURES || !isOutage(error)) throw error;
        return undefined;
      });
      if (answer !== undefined) {
        failures = 0;
        display.show(answer);
        if (answer.state !== 'waiting') return answer;
      }
      await sleep(pauseFor(answer));
    }
  } finally {
    display.end();
  }
}

async function ask(options: AdminOptions, id: string): Promise<ToldOffboarding> {
  return readOffboarding(await order(options, { command: 'agents.proof', id }));
}

function isOutage(error: unknown): boolean {
  return error instanceof CliError && error.exitCode === EXIT.unavailable;
}

function pauseFor(answer: ToldOffboarding | undefined): number {
  const left = answer?.until === undefined ? ASK_AGAIN_MS : Date.parse(answer.until) - Date.now();
  return Math.min(ASK_AGAIN_MS, Math.max(ASK_SOON_MS, left));
}

/** Saves the proof as it was signed; never over something else. @returns the file @throws CliError */
export function saveProof(file: string, proof: string): string {
  const text = `${proof}\n`;
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    if (isCode(cause, 'EEXIST') && readFileSync(file, 'utf8') === text) return printable(file);
    throw new CliError(`The proof could not be saved in ${printable(file)}.`, {
      fix: isCode(cause, 'EEXIST')
        ? 'there is another file of this name: name one with --out'
        : 'name another file with --out; the proof is kept and can be had again',
      cause,
    });
  }
  return printable(file);
}
