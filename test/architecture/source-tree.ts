// The source tree as facts for the architecture tests: files with their imports, functions and opening comment.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A function's name and length in lines. */
export interface FunctionFact {
  readonly name: string;
  readonly lines: number;
  readonly parameters: number;
}

/** One source file. */
export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Imported files from the root; packages by name; `type` imports included. */
  readonly imports: readonly string[];
  readonly functions: readonly FunctionFact[];
}

const FOLDERS = ['bin', 'lib', 'lambda', 'src', 'cli', 'console', 'bench', 'tools', 'examples', 'test'];

/** Every TypeScript file of the product and its tests. */
export function readTree(root = ROOT, folders: readonly string[] = FOLDERS): SourceFile[] {
  return folders
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((path) => /\.(tsx?|mjs)$/.test(path))
    .map((path) => readSource(relative(root, path), readFileSync(path, 'utf8')));
}

/** One file's facts. @throws Error when it does not parse. */
export function readSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const specifiers = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) =>
      each.entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map((each) =>
      text.slice(each.moduleRequest.start + 1, each.moduleRequest.end - 1),
    ),
  ];
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    imports: specifiers.map((specifier) => resolveImport(path, specifier)),
    functions: functionsIn(program, text),
  };
}

function resolveImport(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative('/', resolve('/', dirname(from), specifier));
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly id?: { readonly name?: string } | null;
  readonly key?: { readonly name?: string };
  readonly params?: readonly unknown[] | { readonly items?: readonly unknown[] };
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function functionsIn(program: unknown, text: string): FunctionFact[] {
  const found: FunctionFact[] = [];
  visit(program, (node) => {
    if (!FUNCTIONS.has(node.type)) return;
    const lines = text.slice(node.start, node.end).split('\n').length;
    const parameters = Array.isArray(node.params) ? node.params.length : 0;
    found.push({
      name: node.id?.name ?? `line ${text.slice(0, node.start).split('\n').length}`,
      lines,
      parameters,
    });
  });
  return found;
}

function visit(value: unknown, each: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const member of value) visit(member, each);
    return;
  }
  if ('type' in value && typeof value.type === 'string') each(value as Node);
  for (const member of Object.values(value)) visit(member, each);
}
