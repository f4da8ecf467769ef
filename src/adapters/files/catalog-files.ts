// Reads a catalog directory: YAML with the place of every value, policies as text. Parsing only; the rules are in
// core/catalog.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { type Compiled, type CompileOptions, compileCatalog } from '../../core/catalog/compile.ts';
import type { CatalogFile, DocumentPath, Problem } from '../../core/catalog/problem.ts';

/** A catalog file is written by hand; a larger one is a mistake. */
const MAX_FILE_BYTES = 256 * 1024;
const FOLDERS = ['agents', 'tasks', 'policies'];

/** Compiles the catalog in `directory`. What cannot be read is a problem like any other. */
export function readCatalog(directory: string, options: CompileOptions = {}): Compiled {
  try {
    return compileCatalog(
      listFiles(directory).map((path) => readFile(directory, path)),
      options,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fix = 'give the directory of a catalog; docs/catalog.md says what is in it';
    return { problems: [{ severity: 'error', file: directory, message, fix }] };
  }
}

function listFiles(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  const top = entries.filter((entry) => !entry.isDirectory() && isCatalogFile(entry.name));
  const folders = entries.filter((entry) => entry.isDirectory() && FOLDERS.includes(entry.name));
  const inside = folders.flatMap((folder) =>
    readdirSync(join(directory, folder.name))
      .filter((name) => !name.startsWith('.'))
      .map((name) => `${folder.name}/${name}`),
  );
  return [...top.map((entry) => entry.name), ...inside].sort();
}

/** Beside the catalog's own files a README or schemas may lie at the top. */
function isCatalogFile(name: string): boolean {
  return /\.(ya?ml|cedar)$/.test(name);
}

function readFile(directory: string, path: string): CatalogFile {
  const bytes = readFileSync(join(directory, path));
  if (bytes.length > MAX_FILE_BYTES) return broken(path, 'is larger than 256 KiB', 'split it');
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return broken(path, 'is not UTF-8', 'save it as UTF-8');
  return path.endsWith('.cedar') ? { path, data: text } : readYaml(path, text);
}

function readYaml(path: string, text: string): CatalogFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const problems = [...document.errors, ...document.warnings].map((error): Problem => {
    const { line, col } = lines.linePos(error.pos[0]);
    const message = error.message.split('\n')[0] ?? 'cannot be read';
    return { severity: 'error', file: path, line, column: col, message, fix: 'mend the YAML at this place' };
  });
  if (problems.length > 0) return { path, data: undefined, problems };
  return {
    path,
    data: document.toJS({ maxAliasCount: 20 }),
    position(wanted: DocumentPath) {
      // the nearest parent that exists: a missing member has no place of its own
      for (let length = wanted.length; length >= 0; length -= 1) {
        const node = length === 0 ? document.contents : document.getIn(wanted.slice(0, length), true);
        if (isNode(node) && node.range) {
          const { line, col } = lines.linePos(node.range[0]);
          return { line, column: col };
        }
      }
      return undefined;
    },
  };
}

function broken(path: string, message: string, fix: string): CatalogFile {
  return { path, data: undefined, problems: [{ severity: 'error', file: path, message, fix }] };
}
