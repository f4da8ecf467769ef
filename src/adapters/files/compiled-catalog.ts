// The compiled catalog that ships with the functions. Its digest is computed again when it is loaded: a file that
// was changed after synth is refused.

import { readFileSync } from 'node:fs';
import type { Catalog } from '../../core/model.ts';
import { digestOf } from '../../core/record/digest.ts';

/** @throws Error when the file is missing, not a catalog, or does not have the digest it names. */
export function loadCatalog(path: string): Catalog {
  const { digest, ...content } = JSON.parse(readFileSync(path, 'utf8')) as Catalog;
  if (digestOf(content) !== digest) throw new Error(`catalog ${path}: its digest does not match its content`);
  return { digest, ...content };
}
