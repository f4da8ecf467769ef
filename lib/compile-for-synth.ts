// The catalog at synth: with any error there is no template.

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCatalog, readCatalogTexts } from '../src/adapters/files/catalog-files.ts';
import type { CatalogSource } from '../src/adapters/files/review-diff.ts';
import type { Problem } from '../src/core/catalog/problem.ts';
import type { Catalog } from '../src/core/model.ts';
import type { RemitConfig } from './config.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The compiled catalog. @throws Error with every error of the check. */
export function compileForSynth({
  catalog: directory,
  prefix,
  people,
}: Pick<RemitConfig, 'catalog' | 'prefix' | 'people'>): Catalog {
  const { catalog, problems } = readCatalog(resolve(ROOT, directory), {
    prefix,
    peopleIssuer: people?.issuer,
  });
  if (catalog) return catalog;
  const errors = problems.filter((problem) => problem.severity === 'error');
  throw new Error([`the catalog in ${directory} has errors:`, ...errors.map(explain)].join('\n'));
}

/** Its files; a patch calls their directory as the configuration does. */
export function sourceForSynth({ catalog: directory }: Pick<RemitConfig, 'catalog'>): CatalogSource {
  return { root: directory.replace(/^\.\/|\/+$/g, ''), texts: readCatalogTexts(resolve(ROOT, directory)) };
}

function explain({ file, line, message, fix }: Problem): string {
  return `  ${file}${line === undefined ? '' : `:${line}`}: ${message}\n    fix: ${fix}`;
}
