// Proves the checkpoints of a range: each signed by the one key, each chained to the one before it, none left out,
// none that takes a shard back.

import { type Checkpoint, isSignedBy, readCheckpoint, statementHash } from './checkpoint.ts';
import { checkpointKey, dayOf } from './plan.ts';
import type { TrailReader } from './ports.ts';
import { readCheckpoints } from './read-trail.ts';
import type { BrokenLink, VerifyOptions } from './verify.ts';

/** Good checkpoints, and what is wrong with others. */
export interface CheckedCheckpoints {
  /** In order of their numbers; those that were kept elsewhere among them. */
  readonly checkpoints: readonly Checkpoint[];
  /** The earliest of the archive's own. */
  readonly earliest?: Checkpoint;
  readonly broken: readonly BrokenLink[];
}

type Finding = Pick<BrokenLink, 'flaw' | 'says'>;

/** Reads and verifies them; after the first bad one, the others of the archive count for nothing. */
export async function verifyCheckpoints(
  reader: TrailReader,
  options: VerifyOptions,
): Promise<CheckedCheckpoints> {
  const checkpoints: Checkpoint[] = [];
  const broken: BrokenLink[] = [];
  let before: Checkpoint | undefined;
  for await (const { key, text } of readCheckpoints(reader, options)) {
    const checkpoint = readCheckpoint(text);
    const finding = flawOf(checkpoint, before, options) ?? nameFlaw(checkpoint, key);
    if (checkpoint === undefined || finding !== undefined) {
      const number = checkpoint?.statement.number ?? (before?.statement.number ?? 0) + 1;
      broken.push({ key, number, ...(finding ?? UNREADABLE) });
      break;
    }
    checkpoints.push(checkpoint);
    before = checkpoint;
  }
  const [earliest] = checkpoints;
  return withKept({ checkpoints, broken, ...(earliest && { earliest }) }, options);
}

const UNREADABLE: Finding = { flaw: 'checkpoint-altered', says: 'it is not a checkpoint' };

function flawOf(
  checkpoint: Checkpoint | undefined,
  before: Checkpoint | undefined,
  options: VerifyOptions,
): Finding | undefined {
  if (checkpoint === undefined) return UNREADABLE;
  const { statement } = checkpoint;
  if (options.publicKey !== undefined && !isSignedBy(checkpoint, options.publicKey))
    return { flaw: 'checkpoint-signature', says: 'the audit key has not signed it' };
  const trail = options.trail ?? before?.statement.trail;
  if (trail !== undefined && statement.trail !== trail)
    return { flaw: 'foreign', says: `it is of another deployment: ${statement.trail}` };
  return chainFlaw(checkpoint, before, options);
}

/** A range is cut by names: one with another's name would begin it where it does not. */
function nameFlaw(checkpoint: Checkpoint | undefined, key: string): Finding | undefined {
  if (checkpoint === undefined) return undefined;
  const { number, at } = checkpoint.statement;
  if (key === checkpointKey({ number, at: new Date(at) })) return undefined;
  return { flaw: 'checkpoint-altered', says: 'it lies under a name that is not its own' };
}

function chainFlaw(
  { statement }: Checkpoint,
  before: Checkpoint | undefined,
  { from }: VerifyOptions,
): Finding | undefined {
  // a range begins somewhere: there the first one stands for itself, by its signature
  if (before === undefined && from !== undefined) return undefined;
  const expected = (before?.statement.number ?? 0) + 1;
  if (statement.number > expected)
    return { flaw: 'checkpoint-dropped', says: `checkpoints from ${expected} on are missing before it` };
  if (statement.number < expected || statement.previous !== statementHash(statement.trail, before))
    return { flaw: 'checkpoint-altered', says: 'it is not chained to the one before it' };
  const back = statement.heads.find(
    ({ shard, seq }) => seq < (before?.statement.heads.find((head) => head.shard === shard)?.seq ?? 0),
  );
  if (back === undefined) return undefined;
  return { flaw: 'checkpoint-altered', says: `it takes shard ${back.shard} back` };
}

/** Checkpoints that somebody kept bind the trail as its own do, once their signature is good. */
function withKept(found: CheckedCheckpoints, options: VerifyOptions): CheckedCheckpoints {
  const { kept = [], publicKey, to, trail = found.earliest?.statement.trail } = options;
  const broken = [...found.broken];
  const good = kept.filter((checkpoint) => {
    const { number, at, trail: own } = checkpoint.statement;
    if (trail !== undefined && own !== trail)
      broken.push({
        flaw: 'foreign',
        key: 'kept checkpoint',
        number,
        says: `it is of another deployment: ${own}`,
      });
    else if (publicKey !== undefined && !isSignedBy(checkpoint, publicKey))
      broken.push({
        flaw: 'checkpoint-signature',
        key: 'kept checkpoint',
        number,
        says: 'the audit key has not signed it',
      });
    // what was signed after the range says nothing of it
    else return to === undefined || dayOf(new Date(at)) <= dayOf(to);
    return false;
  });
  const checkpoints = [...found.checkpoints, ...good].sort((a, b) => a.statement.number - b.statement.number);
  return { ...found, checkpoints, broken };
}
