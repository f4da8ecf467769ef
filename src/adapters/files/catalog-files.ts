// Reads a catalog directory: YAML with the place of every value, policies as text. Parsing only; the rules are in
// core/catalog. A folder or file in a place that nothing reads is an error: it may hold what somebody relies on.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Compiled, type CompileOptions, compileCatalog } from '../../core/catalog/compile.ts';
import { hiddenText } from '../../core/catalog/hidden-text.ts';
import type { CatalogFile } from '../../core/catalog/problem.ts';
import { PROBLEMS_TOLD, readYaml } from './yaml-file.ts';

/** A catalog file is written by hand; a larger one is a mistake. */
const MAX_FILE_BYTES = 256 * 1024;
const FOLDERS = ['agents', 'tasks', 'policies'];
/** Made for editors; nothing is read from it. */
const IGNORED_FOLDERS = ['schemas'];

/** Compiles the catalog in `directory`. What cannot be read is a problem like any other. */
export function readCatalog(directory: string, options: CompileOptions = {}): Compiled {
  let files: readonly CatalogFile[];
  try {
    files = listFiles(directory);
  } catch (error) {
    const fix = 'give the directory of a catalog; docs/catalog.md says what is in it';
    return { problems: broken(directory, messageOf(error), fix).problems };
  }
  return compileCatalog(files, options);
}

/** The texts of a catalog's files by path. @throws Error when one cannot be read. */
export function readCatalogTexts(directory: string): ReadonlyMap<string, string> {
  const paths = listFiles(directory).map(({ path }) => path);
  return new Map(paths.map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}

/** Compiles files that are at hand as texts. */
export function compileTexts(texts: ReadonlyMap<string, string>, options: CompileOptions = {}): Compiled {
  return compileCatalog(
    [...texts].map(([path, text]) => parseText(path, text)),
    options,
  );
}

/** The files of a catalog as the check takes them. @throws Error of the file system */
export function listFiles(directory: string): CatalogFile[] {
  return namesIn(directory).flatMap((name) => {
    if (!isFolder(join(directory, name))) return isCatalogFile(name) ? [readFile(directory, name)] : [];
    if (IGNORED_FOLDERS.includes(name)) return [];
    if (FOLDERS.includes(name)) return listFolder(directory, name);
    return [broken(name, 'is not a folder of a catalog', `use ${FOLDERS.join(', ')}`)];
  });
}

function listFolder(directory: string, folder: string): CatalogFile[] {
  return namesIn(join(directory, folder)).map((name) => {
    const path = `${folder}/${name}`;
    if (!isFolder(join(directory, path))) return readFile(directory, path);
    return broken(path, 'is a folder, which is not read', `put its files into ${folder}`);
  });
}

function namesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Beside the catalog's own files a README may lie at the top. */
function isCatalogFile(name: string): boolean {
  return /\.(ya?ml|cedar)$/i.test(name);
}

function readFile(directory: string, path: string): CatalogFile {
  try {
    const bytes = readFileSync(join(directory, path));
    if (bytes.length > MAX_FILE_BYTES) return broken(path, 'is larger than 256 KiB', 'split it');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseText(path, text);
  } catch (error) {
    return broken(path, `cannot be read: ${messageOf(error)}`, 'save it as a plain UTF-8 file');
  }
}

function parseText(path: string, text: string): CatalogFile {
  const problems = hiddenText(path, text).slice(0, PROBLEMS_TOLD);
  if (problems.length > 0) return { path, data: undefined, problems };
  return path.endsWith('.cedar') ? { path, data: text } : readYaml(path, text);
}

function broken(path: string, message: string, fix: string): CatalogFile & Pick<Compiled, 'problems'> {
  return { path, data: undefined, problems: [{ severity: 'error', file: path, message, fix }] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
