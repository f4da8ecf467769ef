// One function's code: its entry and all it imports as minified ES modules, the Cedar binary, the compiled catalog
// or the console beside it. esbuild runs in this process, Vite in one of its own; no Docker, no network.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { SOURCE_FILE, writeCatalogSource } from '../../src/adapters/files/compiled-catalog.ts';
import type { CatalogSource } from '../../src/adapters/files/review-diff.ts';
import type { Catalog } from '../../src/core/model.ts';
import { keepOwnSources } from './own-source-maps.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** CommonJS parts of an ES module ask for these. */
const BANNER = [
  "import { createRequire as makeRequire } from 'node:module';",
  "import { fileURLToPath as toPath } from 'node:url';",
  "const require = makeRequire(import.meta.url), __dirname = toPath(new URL('.', import.meta.url));",
].join('');

/** Where the catalog lies beside the code. */
export const CATALOG_FILE = 'catalog.json';
/** And where the console does. */
export const CONSOLE_FOLDER = 'console';

/** What a function's code is made of. */
export interface BundleOptions {
  /** File in lambda/, without `.ts`. */
  readonly entry: string;
  /** The entry as a file elsewhere. @default `lambda/<entry>.ts` */
  readonly file?: string;
  /** The compiled catalog to ship. @default none */
  readonly catalog?: Catalog;
  /** The files it was compiled from. @default none */
  readonly source?: CatalogSource | undefined;
  /** Whether the code evaluates policies. @default false */
  readonly cedar?: boolean;
  /** Whether the console is built and shipped. @default false */
  readonly console?: boolean;
}

/** Bundles an entry. @returns the directory to zip */
export function bundle({ entry, file, catalog, source, cedar = false, ...ships }: BundleOptions): string {
  const directory = mkdtempSync(join(tmpdir(), `remit-${entry}-`));
  buildSync({
    entryPoints: [file ?? join(ROOT, 'lambda', `${entry}.ts`)],
    outdir: directory,
    entryNames: 'index',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // what is imported once it is needed lies in files of its own, which a start does not read
    splitting: true,
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
  keepOwnSources(directory, ROOT);
  if (catalog) writeFileSync(join(directory, CATALOG_FILE), JSON.stringify(catalog));
  if (source) writeFileSync(join(directory, SOURCE_FILE), writeCatalogSource(source));
  if (cedar) copyFileSync(cedarBinary(), join(directory, 'cedar_wasm_bg.wasm'));
  if (ships.console) buildConsole(join(directory, CONSOLE_FOLDER));
  return directory;
}

/** Vite is asynchronous, constructs are not. */
function buildConsole(folder: string): void {
  const tool = join(ROOT, 'tools/build-console.ts');
  execFileSync(process.execPath, ['--import', 'tsx', tool, folder], { cwd: ROOT, stdio: 'inherit' });
}

function cedarBinary(): string {
  const module = createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs');
  return join(dirname(module), 'cedar_wasm_bg.wasm');
}
