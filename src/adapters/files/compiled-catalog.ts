// The compiled catalog that ships with the functions. Its digest is computed again when it is loaded: a file that
// was changed after synth is refused.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Catalog } from '../../core/model.ts';
import { digestOf } from '../../core/record/digest.ts';
import type { CatalogSource } from './review-diff.ts';

/** Where a catalog's files lie beside the compiled one. */
export const SOURCE_FILE = 'catalog-source.json';

/** @throws Error when the file is missing, not a catalog, or does not have the digest it names. */
export function loadCatalog(path: string): Catalog {
  const { digest, ...content } = JSON.parse(readFileSync(path, 'utf8')) as Catalog;
  if (digestOf(content) !== digest) throw new Error(`catalog ${path}: its digest does not match its content`);
  return { digest, ...content };
}

/** The files that the catalog was compiled from, when they ship with it: patches are made of them, nothing is granted. */
export function loadCatalogSource(catalogFile: string): CatalogSource | undefined {
  const path = join(dirname(catalogFile), SOURCE_FILE);
  if (!existsSync(path)) return undefined;
  const { root, files } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly root: string;
    readonly files: Readonly<Record<string, string>>;
  };
  return { root, texts: new Map(Object.entries(files)) };
}

/** The same as text. */
export function writeCatalogSource({ root, texts }: CatalogSource): string {
  return JSON.stringify({ root, files: Object.fromEntries(texts) });
}
