// A trail read for as long as an answer may take: then it ends as if there were no more, and remembers that it did.

import type { TrailReader } from './ports.ts';

/** A reader over another one that stops; whoever uses it asks afterwards whether it did. */
export interface BoundedReader {
  readonly reader: TrailReader;
  wasCut(): boolean;
}

/** Reads until `isOver`. */
export function readUntil(reader: TrailReader, isOver: () => boolean): BoundedReader {
  let wasCut = false;
  return {
    reader: {
      async *list(prefix, after) {
        for await (const key of reader.list(prefix, after)) {
          if (isOver()) {
            wasCut = true;
            return;
          }
          yield key;
        }
      },
      get: (key) => reader.get(key),
    },
    wasCut: () => wasCut,
  };
}
