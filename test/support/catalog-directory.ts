// A catalog on disk, the shipped example with changes, for tests of the check.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCatalog } from '../../src/adapters/files/catalog-files.ts';
import type { Compiled, CompileOptions } from '../../src/core/catalog/compile.ts';

/** The catalog that ships. */
export const SHIPPED = fileURLToPath(new URL('../../catalog', import.meta.url));

/** A change of one file: new text, a replacement in it, or its removal. */
export type Change = string | readonly [from: string | RegExp, to: string] | undefined;

/** Compiles a copy of the shipped catalog with changes by file. */
export function checkChanged(
  changes: Readonly<Record<string, Change>>,
  options: CompileOptions = {},
): Compiled {
  const directory = mkdtempSync(join(tmpdir(), 'remit-catalog-'));
  try {
    cpSync(SHIPPED, directory, { recursive: true });
    for (const [path, change] of Object.entries(changes)) apply(join(directory, path), change);
    return readCatalog(directory, options);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function apply(path: string, change: Change): void {
  if (change === undefined) {
    rmSync(path);
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  if (typeof change === 'string') {
    writeFileSync(path, change);
    return;
  }
  const before = readFileSync(path, 'utf8');
  const after = before.replace(...change);
  if (after === before) throw new Error(`${path} has no ${change[0]}`);
  writeFileSync(path, after);
}
