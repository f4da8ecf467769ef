// Takes what waits in the dead-letter queue to the sequencer again. What is recorded leaves the queue; what still cannot
// be read, or is no longer in its stream, stays there and is counted.

import { type SequenceDeps, sequence } from '../../core/audit/sequence.ts';
import type { DeadLetter, DeadLetters, HeldLetter } from './dead-letters.ts';
import type { TableStreams } from './table-streams.ts';

/** What a redrive came to, in letters but for `recorded`. */
export interface RedriveReport {
  readonly taken: number;
  /** Records that the trail has now and had not before. */
  readonly recorded: number;
  /** Changes that this release cannot read either. */
  readonly unreadable: number;
  /** Batches that their stream has forgotten: a rescan of the table finds what its rows still say. */
  readonly forgotten: number;
  /** Messages that are neither. */
  readonly unknown: number;
}

export interface RedriveDeps extends SequenceDeps {
  readonly letters: DeadLetters;
  readonly streams: TableStreams;
}

type Fate = 'done' | 'unreadable' | 'forgotten' | 'unknown';

/** At most `limit` letters. @throws Error when a step failed: what was in hand comes back to the queue by itself */
export async function redrive(deps: RedriveDeps, limit: number): Promise<RedriveReport> {
  const counts = { taken: 0, recorded: 0, unreadable: 0, forgotten: 0, unknown: 0 };
  const left: HeldLetter[] = [];
  while (counts.taken < limit) {
    const held = await deps.letters.receive(limit - counts.taken);
    if (held.length === 0) break;
    counts.taken += held.length;
    for (const each of held) {
      const { fate, recorded } = await take(deps, each.letter);
      counts.recorded += recorded;
      if (fate === 'done') await each.remove();
      else {
        counts[fate] += 1;
        left.push(each);
      }
    }
  }
  // not before the end: they would come again at once
  for (const each of left) await each.putBack();
  return counts;
}

async function take(deps: RedriveDeps, letter: DeadLetter): Promise<{ fate: Fate; recorded: number }> {
  if (letter.kind === 'unknown') return { fate: 'unknown', recorded: 0 };
  if (letter.kind === 'row') {
    // it is in the queue already
    const still = { ...deps, poison: { put: async () => undefined } };
    const { recorded, poison } = await sequence(still, [letter.row]);
    return { fate: poison > 0 ? 'unreadable' : 'done', recorded };
  }
  const rows = await deps.streams.read(letter.place);
  if (rows === undefined) return { fate: 'forgotten', recorded: 0 };
  const { recorded } = await sequence(deps, rows);
  return { fate: 'done', recorded };
}
