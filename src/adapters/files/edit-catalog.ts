// A review's changes, made to the texts of a catalog. What comes of it is compiled and must be exactly the catalog that
// the changes describe, by digest; otherwise nothing is made.

import { policySetTextToParts } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompileOptions } from '../../core/catalog/compile.ts';
import type { Catalog } from '../../core/model.ts';
import { applyEdits, type CatalogEdit, forbidPolicy, REVIEWS_FILE } from '../../core/review/edits.ts';
import { compileTexts } from './catalog-files.ts';
import { removeItem } from './yaml-removal.ts';

/** Files of a catalog by path. */
export type Texts = ReadonlyMap<string, string>;

/** Files, and the catalog that they compile to. */
export interface CompiledTexts {
  readonly texts: Texts;
  readonly catalog: Catalog;
}

/** The files after the changes, or why they cannot be made. */
export type Edited = CompiledTexts | { readonly problem: string };

/** Compiles files to edit. */
export function openTexts(texts: Texts, options: CompileOptions = {}): Edited {
  const { catalog } = compileTexts(texts, options);
  return catalog === undefined ? { problem: 'the catalog has problems of its own' } : { texts, catalog };
}

/** Makes the changes and checks them. */
export function editCatalog(
  { texts: before, catalog }: CompiledTexts,
  edits: readonly CatalogEdit[],
  options: CompileOptions = {},
): Edited {
  let texts: Texts = before;
  for (const edit of edits) {
    const next = applyTo(texts, catalog, edit);
    if (next === undefined)
      return {
        problem:
          'the files do not have it in a form that can be edited; perhaps it is done already and not yet deployed',
      };
    texts = next;
  }
  const after = compileTexts(texts, options);
  const [error] = after.problems.filter(({ severity }) => severity === 'error');
  if (after.catalog === undefined)
    return { problem: error ? `${error.file} ${error.message}` : 'the catalog does not compile any more' };
  if (after.catalog.digest !== applyEdits(catalog, edits).digest)
    return { problem: 'its files do not say what the change needs' };
  return { texts, catalog: after.catalog };
}

function applyTo(texts: Texts, catalog: Catalog, edit: CatalogEdit): Texts | undefined {
  switch (edit.kind) {
    case 'leave-group':
      return change(texts, agentFile(edit.agent), (text) =>
        removeItem(text, 'groups', (item) => item === edit.group),
      );
    case 'remove-binding': {
      const issuer = catalog.issuers.find((each) => each.issuer === edit.issuer)?.name;
      return change(texts, agentFile(edit.agent), (text) =>
        removeItem(text, 'bindings', (item) => isBinding(item, issuer, edit.subject)),
      );
    }
    case 'remove-agent': {
      const path = agentFile(edit.agent);
      return texts.has(path) ? new Map([...texts].filter(([each]) => each !== path)) : undefined;
    }
    case 'remove-policy': {
      const policy = catalog.policies.find(({ id }) => id === edit.policy);
      return (
        policy &&
        dropEmpty(
          change(texts, policy.file, (text) => cutPolicy(text, policy.text)),
          policy.file,
        )
      );
    }
    case 'forbid': {
      const comment = `// Review of ${edit.day}: ${edit.agent} never asked for ${edit.task}.`;
      const before = texts.get(REVIEWS_FILE);
      const head = before === undefined || before.trim() === '' ? '' : `${before.trimEnd()}\n\n`;
      return new Map([...texts, [REVIEWS_FILE, `${head}${comment}\n${forbidPolicy(edit).text}\n`]]);
    }
  }
}

function agentFile(id: string): string {
  return `agents/${id}.yaml`;
}

function change(texts: Texts, path: string, edit: (text: string) => string | undefined): Texts | undefined {
  const text = texts.get(path);
  const next = text === undefined ? undefined : edit(text);
  return next === undefined ? undefined : new Map([...texts, [path, next]]);
}

/** A file without anything in it goes. */
function dropEmpty(texts: Texts | undefined, path: string): Texts | undefined {
  if (texts?.get(path)?.trim() !== '') return texts;
  return new Map([...texts].filter(([each]) => each !== path));
}

function isBinding(item: unknown, issuer: string | undefined, subject: string): boolean {
  const { issuer: ofItem, subject: its } = item as { readonly issuer?: unknown; readonly subject?: unknown };
  return ofItem === issuer && its === subject;
}

/** The policy with the comment directly above it, and one of the blank lines around it. */
function cutPolicy(text: string, policy: string): string | undefined {
  const parts = policySetTextToParts(text);
  const start = text.indexOf(policy);
  if (parts.type === 'failure' || start === -1) return undefined;
  // where the same text stands twice, the one meant is not known
  if (parts.policies.filter((each) => each === policy).length !== 1) return undefined;
  const above = text.slice(0, start).split('\n');
  const indent = above.pop() ?? '';
  if (indent.trim() !== '') return undefined;
  while (/^\s*\/\//.test(above.at(-1) ?? '')) above.pop();
  const below = text.slice(start + policy.length).replace(/^[ \t]*(\/\/[^\n]*)?\n?/, '');
  const head = above.length === 0 ? '' : `${above.join('\n')}\n`;
  const joined = head.trim() === '' ? below.replace(/^\n+/, '') : head + below.replace(/^\n+/, '');
  return below.trim() === '' ? `${joined.trimEnd()}\n` : joined;
}
