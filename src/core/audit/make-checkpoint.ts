// Makes a checkpoint: finishes what is pending, states how far every shard has come, signs, archives. It is made
// on a schedule also when nothing happened, so that a missing one is seen.

import { type Checkpoint, nextStatement, signedBytes, writeCheckpoint } from './checkpoint.ts';
import { AUDIT_SHARDS } from './from-row.ts';
import { checkpointKey } from './plan.ts';
import type { TrailSigner } from './ports.ts';
import { type SequenceDeps, settle } from './sequence.ts';

/** What a checkpoint needs of the world. */
export interface CheckpointDeps extends Omit<SequenceDeps, 'poison'> {
  readonly signer: TrailSigner;
}

/** @returns the new checkpoint, or undefined when another one was made at the same moment. */
export async function makeCheckpoint(deps: CheckpointDeps): Promise<Checkpoint | undefined> {
  const { trail, store, archive, signer, clock } = deps;
  const before = await store.readCheckpoint();
  // its maker may have ended before it was archived
  if (before !== undefined) await archiveCheckpoint(archive, before);
  const heads = await Promise.all(Array.from({ length: AUDIT_SHARDS }, (_, shard) => settle(deps, shard)));
  // what it signs for was numbered before it, whatever the clocks of two machines say
  const at = new Date(Math.max(clock().getTime(), ...heads.map((head) => head.at.getTime())));
  const statement = nextStatement(trail, before, { heads, at });
  const signature = await signer.sign(signedBytes(statement));
  const next = { statement, signature: Buffer.from(signature).toString('base64url') };
  if (!(await store.writeCheckpoint(before, next))) return undefined;
  await archiveCheckpoint(archive, next);
  return next;
}

async function archiveCheckpoint(archive: CheckpointDeps['archive'], checkpoint: Checkpoint): Promise<void> {
  const { number, at } = checkpoint.statement;
  await archive.put(checkpointKey({ number, at: new Date(at) }), writeCheckpoint(checkpoint));
}
