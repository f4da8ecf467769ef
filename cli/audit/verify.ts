// `remit audit verify`: proves a range of the trail, or names what is broken. It needs the files and the public key.

import type { KeyObject } from 'node:crypto';
import { readPublicKey } from '../../src/core/audit/checkpoint.ts';
import type { TrailReader } from '../../src/core/audit/ports.ts';
import { type BrokenLink, type VerifyReport, verifyTrail } from '../../src/core/audit/verify.ts';
import { CliError, EXIT } from '../failure.ts';
import { notice, printable, printJson, printLines } from '../print.ts';
import { readAhead } from './lookahead.ts';
import { openTrailSource, type SourceOptions, type TrailSource } from './source.ts';

export interface VerifyCommandOptions extends SourceOptions {
  readonly from?: Date;
  readonly to?: Date;
  /** Checks the chains alone. */
  readonly withoutSignatures?: boolean;
  readonly json?: boolean;
}

const PROGRESS_MS = 1000;
const NOTHING = 'NOTHING is there to prove';

/** Runs it; the exit code is 1 when a link is broken or nothing is there. @throws CliError when no key is known */
export async function runVerify(directory: string | undefined, options: VerifyCommandOptions): Promise<void> {
  const { lines, ...verified } = await verifySource(directory, options);
  if (!verified.ok) process.exitCode = EXIT.failed;
  if (options.json) printJson(verified);
  else printLines(lines);
}

/** What there is to say of a trail. */
interface Verified extends VerifyReport {
  readonly place: string;
  /** Nothing at all is there, which no chain can tell from everything. */
  readonly isEmpty: boolean;
  /** For people. */
  readonly lines: readonly string[];
}

/** Opens and verifies. @throws CliError as {@link runVerify} */
export async function verifySource(
  directory: string | undefined,
  options: VerifyCommandOptions,
): Promise<Verified> {
  const source = await openTrailSource(directory, options);
  const publicKey = keyOf(source, options);
  const { from, to } = options;
  const report = await verifyTrail(withProgress(readAhead(source.reader)), {
    ...(publicKey && { publicKey }),
    ...(from && { from }),
    ...(to && { to }),
    ...(source.trail !== undefined && { trail: source.trail }),
    ...(publicKey && { kept: source.kept }),
  });
  const isEmpty = report.records === 0 && report.checkpoints === 0;
  return {
    place: source.place,
    ...report,
    ok: report.ok && !isEmpty,
    isEmpty,
    lines: [...headLines(source, report), ...(isEmpty && report.ok ? [NOTHING] : endLines(report))],
  };
}

function keyOf({ publicKey, place }: TrailSource, options: VerifyCommandOptions): KeyObject | undefined {
  if (options.withoutSignatures) return undefined;
  if (publicKey === undefined)
    throw new CliError(`The key that signs the trail in ${place} is not known.`, {
      fix: 'give --public-key FILE, from elsewhere than the trail; or check the chains alone with --without-signatures',
      exitCode: EXIT.usage,
    });
  try {
    return readPublicKey(publicKey);
  } catch (cause) {
    throw new CliError('The public key is not a P-256 key in PEM.', { exitCode: EXIT.usage, cause });
  }
}

function headLines({ place }: TrailSource, report: VerifyReport): string[] {
  const { records, checkpoints, shards, newest, completeFrom } = report;
  return [
    `trail        ${place}`,
    `records      ${records.toLocaleString('en-US')}`,
    ...shards.map(
      ({ shard, first, last, signedUpTo }) =>
        `  chain ${shard}    ${first} to ${last}, signed for up to ${signedUpTo}`,
    ),
    `checkpoints  ${checkpoints}${newest === undefined ? '' : `, the newest ${newest.number} of ${newest.at}`}`,
    ...(completeFrom === undefined ? [] : [`complete     from ${completeFrom} on`]),
  ];
}

function endLines({ broken, signaturesChecked, versionsChecked, shards }: VerifyReport): string[] {
  if (broken.length > 0) return broken.map(brokenLine);
  const unseen =
    versionsChecked === false
      ? ['versions     not read: what was written over is not seen without s3:ListBucketVersions']
      : [];
  if (!signaturesChecked) return [...unseen, 'CHAINED, and not proved: no signature was checked'];
  const late = shards.reduce((sum, { last, signedUpTo }) => sum + Math.max(0, last - signedUpTo), 0);
  return [
    ...unseen,
    `WHOLE${late === 0 ? '' : `; the last ${late} are chained and wait for the next checkpoint`}`,
  ];
}

function brokenLine({ flaw, key, shard, number, says }: BrokenLink): string {
  const what = shard === undefined ? 'checkpoint' : `chain ${shard}, record`;
  const where = number === undefined ? '' : `${what} ${number}: `;
  return `BROKEN       ${flaw}  ${printable(key)}  ${where}${printable(says)}`;
}

/** A long range says how far it is, to whoever watches. */
function withProgress(reader: TrailReader): TrailReader {
  let files = 0;
  let told = Date.now();
  return {
    ...reader,
    get(key) {
      files += 1;
      if (process.stderr.isTTY && Date.now() - told > PROGRESS_MS) {
        told = Date.now();
        notice(`${files.toLocaleString('en-US')} files read, now ${key}`);
      }
      return reader.get(key);
    },
  };
}
