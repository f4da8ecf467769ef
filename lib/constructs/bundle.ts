// One function's code: its entry and all it imports in one minified ES module, the Cedar binary and the compiled
// catalog beside it. esbuild runs in this process; no Docker, no network.

import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Catalog } from '../../src/core/model.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** CommonJS parts of an ES module ask for these. */
const BANNER = [
  "import { createRequire as makeRequire } from 'node:module';",
  "import { fileURLToPath as toPath } from 'node:url';",
  "const require = makeRequire(import.meta.url), __dirname = toPath(new URL('.', import.meta.url));",
].join('');

/** Where the catalog lies beside the code. */
export const CATALOG_FILE = 'catalog.json';

/** What a function's code is made of. */
export interface BundleOptions {
  /** File in lambda/, without `.ts`. */
  readonly entry: string;
  /** The entry as a file elsewhere. @default `lambda/<entry>.ts` */
  readonly file?: string;
  /** The compiled catalog to ship. @default none */
  readonly catalog?: Catalog;
  /** Whether the code evaluates policies. @default false */
  readonly cedar?: boolean;
}

/** Bundles an entry. @returns the directory to zip */
export function bundle({ entry, file, catalog, cedar = false }: BundleOptions): string {
  const directory = mkdtempSync(join(tmpdir(), `remit-${entry}-`));
  buildSync({
    entryPoints: [file ?? join(ROOT, 'lambda', `${entry}.ts`)],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    // function names are in stack traces and in nothing else: source maps bring them back
    sourcemap: true,
    sourcesContent: false,
    banner: { js: BANNER },
    absWorkingDir: ROOT,
    logLevel: 'warning',
  });
  if (catalog) writeFileSync(join(directory, CATALOG_FILE), JSON.stringify(catalog));
  if (cedar) copyFileSync(cedarBinary(), join(directory, 'cedar_wasm_bg.wasm'));
  return directory;
}

function cedarBinary(): string {
  const module = createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs');
  return join(dirname(module), 'cedar_wasm_bg.wasm');
}
