// The difference of two versions of a catalog's files as one patch, which `git apply` and `patch -p1` take.

import { formatPatch, structuredPatch } from 'diff';
import type { Texts } from './edit-catalog.ts';

const CONTEXT_LINES = 3;

/** Empty when nothing differs. @param root path of the catalog where the patch is applied; '' for the catalog itself */
export function unifiedDiff(before: Texts, after: Texts, root: string): string {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => patchOf(root === '' ? path : `${root}/${path}`, before.get(path), after.get(path)))
    .join('');
}

function patchOf(path: string, before: string | undefined, after: string | undefined): string {
  const patch = structuredPatch(`a/${path}`, `b/${path}`, before ?? '', after ?? '', undefined, undefined, {
    context: CONTEXT_LINES,
  });
  const text = formatPatch({
    ...patch,
    isGit: true,
    ...(before === undefined && { isCreate: true, newMode: '100644', oldFileName: '/dev/null' }),
    ...(after === undefined && { isDelete: true, oldMode: '100644', newFileName: '/dev/null' }),
  });
  // one line end, so that nothing stands between two patches
  return text.replace(/\n\n$/, '\n');
}
