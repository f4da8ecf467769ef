// Grants that outlive one process, for `credentials`, `request` and `complete`: handle and lease in a 0600 file of
// their own. A file that cannot be read is put away and said so; then the task is asked for anew.

import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Held } from '../src/client/lease-cache.ts';
import { notice } from './print.ts';
import { listJson, openDirectory, readIfThere, writePrivate } from './state-directory.ts';

/** No grant lives longer than 12 h, so no file need to. */
const KEEP_MS = 13 * 3_600_000;

const savedGrant = z.object({
  version: z.literal(1),
  key: z.string(),
  broker: z.string(),
  agent: z.string().optional(),
  task: z.string(),
  savedAt: z.coerce.date(),
  pending: z.boolean(),
  grant: z.object({ grantId: z.string().min(1), handle: z.string().min(1), boundKey: z.string().optional() }),
  lease: z
    .object({
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
      sessionToken: z.string(),
      issuedAt: z.coerce.date(),
      expiresAt: z.coerce.date(),
    })
    .optional(),
});

/** One grant as it is kept. */
export type SavedGrant = z.infer<typeof savedGrant>;

/** What a grant is kept with. */
export type SavedFor = Pick<SavedGrant, 'key' | 'broker' | 'task'> & { readonly agent?: string | undefined };

/** Keeps what a cache holds; does nothing when it holds no grant. */
export async function saveGrant(held: Partial<Held>, of: SavedFor): Promise<void> {
  if (held.grant === undefined) return;
  const { grant, lease, pending = false } = held;
  const saved = { version: 1, ...of, savedAt: new Date(), pending, grant, lease };
  await writePrivate(await pathOf(grant.grantId), `${JSON.stringify(saved)}\n`);
}

/** The newest kept grant of a task. */
export async function findSavedGrant(key: string): Promise<SavedGrant | undefined> {
  return (await listSavedGrants(key))[0];
}

/** The kept grants of a task, the newest first; what was kept long ago is removed on the way. */
export async function listSavedGrants(key: string): Promise<readonly SavedGrant[]> {
  const directory = await openDirectory('grants');
  const found: SavedGrant[] = [];
  for (const name of await listJson(directory)) {
    const saved = await readSaved(join(directory, name));
    if (saved?.key === key) found.push(saved);
  }
  return found.sort((a, b) => b.savedAt.getTime() - a.savedAt.getTime());
}

/** A kept grant by its id. */
export async function readSavedGrant(grantId: string): Promise<SavedGrant | undefined> {
  return readSaved(await pathOf(grantId));
}

/** Forgets a grant that has ended. */
export async function forgetGrant(grantId: string): Promise<void> {
  await rm(await pathOf(grantId), { force: true });
}

async function pathOf(grantId: string): Promise<string> {
  // grant ids are ULIDs; anything else must not become a path
  return join(await openDirectory('grants'), `${grantId.replace(/[^A-Za-z0-9]/g, '_')}.json`);
}

async function readSaved(path: string): Promise<SavedGrant | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const { mtimeMs } = await stat(path);
  if (Date.now() - mtimeMs > KEEP_MS) {
    await rm(path, { force: true });
    return undefined;
  }
  const saved = savedGrant.safeParse(parse(text));
  if (saved.success) return saved.data;
  await rename(path, `${path}.broken`);
  notice(`the kept grant ${path} cannot be read and was put away as ${path}.broken`);
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
