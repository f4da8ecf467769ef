// `remit agents retire`, `proof` and `verify-proof`: an agent's end, and what shows it to others.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type OffboardingProof, proofSchema, verifyProof } from '../src/core/offboard/document.ts';
import { reportLines } from '../src/core/offboard/report.ts';
import { orderOptions } from './admin-options.ts';
import { type AdminOptions, order } from './admin-port.ts';
import { signalExit } from './child-process.ts';
import { CliError, EXIT } from './failure.ts';
import { catchSignals } from './interruption.ts';
import { killedLines } from './kill-lines.ts';
import { awaitProof, readOffboarding, saveProof, type ToldOffboarding } from './offboarding.ts';
import { checkLine } from './offboarding-display.ts';
import { notice, printable, printJson, printLines } from './print.ts';

interface RetireOptions extends AdminOptions {
  readonly reason: string;
  readonly wait?: boolean;
  readonly out?: string;
}
type ProofOptions = Omit<RetireOptions, 'reason'>;
interface VerifyOptions {
  readonly publicKey?: string;
  readonly json?: boolean;
}

/** Adds the three. */
export function addOffboarding(agents: Command): void {
  const retire = agents.command('retire').description('stop it for good').argument('<agent>', 'its id');
  retire
    .option('--wait', 'wait until it is dead, and print and save the proof')
    .option('--out <file>', 'where the proof goes (offboarding-<agent>.json)');
  orderOptions(retire, { reason: true }).action(runRetire);
  const proof = agents.command('proof').description('how far an offboarding is, and its proof');
  proof
    .argument('<agent>', 'its id')
    .option('--wait', 'wait until it is dead')
    .option('--out <file>', 'save the signed JSON there');
  orderOptions(proof, { reason: false }).action(runProof);
  agents
    .command('verify-proof')
    .description('check a saved proof, offline')
    .argument('<file>', 'the signed JSON')
    .option('--public-key <file>', "PEM of the deployment's key; without it the key in the proof is used")
    .option('--json', 'print JSON')
    .action(runVerify);
}

async function runRetire(id: string, options: RetireOptions): Promise<void> {
  const answer = order(options, { command: 'agents.retire', id, reason: options.reason });
  if (options.wait !== true) {
    if (options.json) printJson(await answer);
    else printLines([...killedLines(await answer), `proof: remit agents proof ${printable(id)} --wait`]);
    return;
  }
  let isRetired = false;
  const left = () =>
    isRetired
      ? `${printable(id)} is retired; remit agents proof ${printable(id)} --wait goes on waiting`
      : `the order was sent and goes on; remit agents show ${printable(id)} tells what became of it`;
  await unlessInterrupted(left, async () => {
    notice(`retiring ${printable(id)}: requests under way are waited out, some 11 s`);
    const lines = killedLines(await answer);
    isRetired = true;
    if (!options.json) printLines(lines);
    finish(id, await awaitProof(options, id), { out: `offboarding-${id}.json`, ...options });
  });
}

async function runProof(id: string, options: ProofOptions): Promise<void> {
  if (!options.wait) {
    finish(id, readOffboarding(await order(options, { command: 'agents.proof', id })), options);
    return;
  }
  const left = () => 'nothing has changed; the same command goes on waiting';
  await unlessInterrupted(left, async () => finish(id, await awaitProof(options, id), options));
}

/** Shows how it stands; exit code 5 while it is not dead, 1 when something keeps it from being. */
function finish(id: string, answer: ToldOffboarding, { json, out }: ProofOptions): void {
  const { state, checks, proof } = answer;
  if (json) printJson(answer);
  else if (proof !== undefined) printLines(reportLines(readProof(proof)).map(printable));
  else printLines(checks.map((check) => checkLine(check, Date.now())));
  if (proof !== undefined) {
    if (out !== undefined) notice(`the signed proof is in ${saveProof(out, proof)}`);
    return;
  }
  process.exitCode = state === 'failed' ? EXIT.failed : EXIT.pending;
  notice(
    state === 'failed'
      ? `${printable(id)} is not proven to be gone: what failed must be looked into by people`
      : `${printable(id)} is not dead yet: remit agents proof ${printable(id)} --wait`,
  );
}

function readProof(text: string): OffboardingProof {
  return proofSchema.parse(JSON.parse(text));
}

/** Ctrl-C leaves at once and says how to go on: nothing here is half done. */
async function unlessInterrupted(left: () => string, work: () => Promise<void>): Promise<void> {
  const interruption = catchSignals();
  void interruption.first.then((signal) => {
    process.stderr.write('\n');
    notice(left());
    process.exit(signalExit(signal));
  });
  try {
    await work();
  } finally {
    interruption.stop();
  }
}

function runVerify(file: string, { publicKey, json }: VerifyOptions): void {
  const verdict = verifyProof(read(file), publicKey === undefined ? undefined : read(publicKey));
  if (!verdict.isValid) {
    if (json) printJson({ valid: false, why: verdict.why });
    throw new CliError(`${printable(file)} is not a valid proof. ${verdict.why}`, {
      fix: 'get the proof again with remit agents proof <agent> --out <file>',
    });
  }
  const { proof, isKeyKnown } = verdict;
  const { agent, signedBy } = proof.statement;
  if (json) printJson({ valid: true, keyKnown: isKeyKnown, statement: proof.statement });
  else printLines([`valid: ${printable(agent.id)} is gone`]);
  if (!isKeyKnown)
    notice(
      `signed by the key that the file itself brings, ${signedBy}: give the deployment's with --public-key`,
    );
  if (!json) printLines(['', ...reportLines(proof).map(printable)]);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(`${printable(file)} cannot be read.`, {
      fix: 'give the file that remit agents proof NAME --out FILE saved',
      exitCode: EXIT.usage,
      cause,
    });
  }
}
