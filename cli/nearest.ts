// What somebody may have meant who mistyped a name.

import { CliError, EXIT } from './failure.ts';
import { printable } from './print.ts';

/** More letters than this, and it is another word. */
const MOST_EDITS = 2;

/** The name that is nearest to what was given, if any is near. */
function nearestOf(given: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, edits: name.startsWith(given) ? 1 : editsBetween(given, name) }))
    .filter(({ name, edits }) => edits <= MOST_EDITS && edits < name.length - 1)
    .sort((one, other) => one.edits - other.edits);
  return given === '' ? undefined : best?.name;
}

/** ` Did you mean …?` of the nearest of these names, or nothing where none is near. */
export function meantOf(given: string, names: readonly string[]): string {
  const nearest = nearestOf(given, names);
  return nearest === undefined ? '' : ` Did you mean ${printable(nearest)}?`;
}

/** For a name that is none of these: the nearest, and all there are. */
export function unknownName(
  kind: string,
  given: string,
  known: readonly { readonly name: string }[],
): CliError {
  const names = known.map(({ name }) => name);
  return new CliError(`There is no ${kind} ${printable(given)}.${meantOf(given, names)}`, {
    fix: `name one of: ${names.join(', ')}`,
    exitCode: EXIT.usage,
  });
}

/** Letters to add, drop or replace (Levenshtein). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [line, letter] of [...one.slice(0, 64)].entries()) {
    const next = [line + 1];
    for (let at = 0; at < other.length; at += 1) {
      const replaced = (row[at] ?? 0) + (other[at] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
