// The console's bucket. A page is there only when all that it loads is there, and what a page that is open still loads
// stays: files of the build before this one are kept, older ones go after a day.

import { readFile } from 'node:fs/promises';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { consoleFileHeaders } from '../files/console-files.ts';

/** Below the console's address. */
const FOLDER = 'console/';
const PAGE = 'index.html';
/** Files sent at once. */
const AT_ONCE = 8;
/** A file of an earlier build than the last goes when it is this old. */
const GRACE_SECONDS = 86_400;
/** The files of one build are written within this of its page: no deployment takes longer. */
const UPLOAD_SECONDS = 900;

/** What came and what went. */
export interface ConsoleReport {
  readonly written: number;
  readonly removed: number;
}

/** An object, and when it was written last. */
export interface Stored {
  readonly key: string;
  readonly changedAt: Date;
}

/** A bucket for nothing but the console. */
export class ConsoleBucket {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** Brings a build in, its page last. @param files paths by name */
  async publish(files: ReadonlyMap<string, string>, now: Date): Promise<ConsoleReport> {
    const page = files.get(PAGE);
    if (page === undefined) throw new Error('the build of the console has no index.html');
    const stored = await this.#list();
    const names = [...files].filter(([name]) => name !== PAGE);
    await inTurns(names, ([name, file]) => this.#put(name, file));
    await this.#put(PAGE, page);
    const old = outdated(stored, { names: new Set(files.keys()), now });
    await this.#remove(old);
    return { written: files.size, removed: old.length };
  }

  /** Removes everything, so that the bucket can go. */
  async empty(): Promise<ConsoleReport> {
    const stored = await this.#list();
    await this.#remove(stored.map(({ key }) => key));
    return { written: 0, removed: stored.length };
  }

  async #put(name: string, file: string): Promise<void> {
    const { type, cache } = consoleFileHeaders(name);
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: FOLDER + name,
        Body: await readFile(file),
        ContentType: type,
        CacheControl: cache,
      }),
    );
  }

  async #list(): Promise<Stored[]> {
    const found: Stored[] = [];
    let next: string | undefined;
    do {
      const page = await this.#s3.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, ...(next && { ContinuationToken: next }) }),
      );
      for (const { Key: key, LastModified: changedAt } of page.Contents ?? [])
        if (key !== undefined && changedAt !== undefined) found.push({ key, changedAt });
      next = page.NextContinuationToken;
    } while (next !== undefined);
    return found;
  }

  async #remove(keys: readonly string[]): Promise<void> {
    await inTurns(keys, async (Key) => {
      await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
    });
  }
}

/** Keys that neither this build nor the one before it has; every deployment writes all files of its build again. */
export function outdated(
  stored: readonly Stored[],
  { names, now }: { readonly names: ReadonlySet<string>; readonly now: Date },
): string[] {
  const before = stored.find(({ key }) => key === FOLDER + PAGE)?.changedAt ?? now;
  const limit = Math.min(now.getTime() - GRACE_SECONDS * 1000, before.getTime() - UPLOAD_SECONDS * 1000);
  return stored
    .filter(({ key, changedAt }) => !names.has(key.slice(FOLDER.length)) && changedAt.getTime() < limit)
    .map(({ key }) => key);
}

async function inTurns<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE)
    await Promise.all(items.slice(from, from + AT_ONCE).map(act));
}
