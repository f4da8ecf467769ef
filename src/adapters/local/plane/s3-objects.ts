// The objects of the local AWS plane's S3: buckets of byte strings in memory.

import { createHash } from 'node:crypto';

/** One stored object. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  /** With its quotes, as S3 sends it. */
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Content-Type, Content-Encoding, x-amz-meta-* and the like, lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Buckets by name; a name is unique as in all of AWS. */
export class ObjectStore {
  readonly #buckets = new Map<string, Map<string, StoredObject>>();

  createBucket(bucket: string): void {
    if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Map());
  }

  listBuckets(): readonly string[] {
    return [...this.#buckets.keys()].sort();
  }

  hasBucket(bucket: string): boolean {
    return this.#buckets.has(bucket);
  }

  get(bucket: string, key: string): StoredObject | undefined {
    return this.#buckets.get(bucket)?.get(key);
  }

  /** @throws Error when there is no such bucket. */
  put(bucket: string, object: Omit<StoredObject, 'etag'>): StoredObject {
    const objects = this.#buckets.get(bucket);
    if (objects === undefined) throw new Error(`no bucket ${bucket}`);
    const stored = { ...object, etag: `"${createHash('md5').update(object.body).digest('hex')}"` };
    objects.set(object.key, stored);
    return stored;
  }

  delete(bucket: string, key: string): void {
    this.#buckets.get(bucket)?.delete(key);
  }

  /** Objects in order of their keys' UTF-8 bytes, as S3 lists them. */
  list(bucket: string, prefix: string): readonly StoredObject[] {
    const objects = [...(this.#buckets.get(bucket)?.values() ?? [])];
    return objects
      .filter((object) => object.key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }
}
