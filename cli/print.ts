// Output for people and for programs: tables, JSON, and notices on stderr.

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value, 2)}\n`);
}

/** JSON of the same value in which nothing is left that a terminal obeys or hides. */
export function jsonText(value: unknown, indent?: number): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null').replace(
    /[\u007f-\u009f\u2028\u2029]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu,
    escaped,
  );
}

function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Lines on stdout. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** One sentence on stderr. */
export function notice(sentence: string): void {
  process.stderr.write(`remit: ${printable(sentence)}\n`);
}

/** Width of a terminal when it does not tell, and of text that is folded for a file. */
const PLAIN_WIDTH = 100;
/** No column of a table is cut below it: an id of a grant stays whole. */
const LEAST_COLUMN = 26;
const GAP = '  ';

/** How wide text for people may be. */
export function textWidth(): number {
  return (process.stdout.isTTY && process.stdout.columns) || PLAIN_WIDTH;
}

/**
 * A table for people: digests and times in short, columns as wide as their widest cell, the last one not padded. On a
 * terminal the widest columns are cut until a row is a line; programs that read a pipe get every cell whole.
 */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width: number = process.stdout.isTTY ? textWidth() : Number.POSITIVE_INFINITY,
): string[] {
  const all = [header, ...rows.map((row) => row.map((cell) => short(printable(cell))))];
  const widths = fitted(
    header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))),
    width,
  );
  return all.map((row) =>
    row
      .map((cell, column) => cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** The widest first, and never below the least. */
function fitted(wanted: readonly number[], width: number): readonly number[] {
  const widths = [...wanted];
  const room = width - GAP.length * (widths.length - 1);
  for (;;) {
    const widest = Math.max(...widths);
    if (widths.reduce((sum, each) => sum + each, 0) <= room || widest <= LEAST_COLUMN) return widths;
    widths[widths.indexOf(widest)] = widest - 1;
  }
}

/** The beginning of a text that is longer than `width`, with `…` at its end. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Digests by their first 12 digits, times to the second; `--json` and `--csv` have them whole. */
function short(cell: string): string {
  return cell
    .replace(/\bsha256:([0-9a-f]{12})[0-9a-f]{52}\b/g, 'sha256:$1…')
    .replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z/g, '$1Z');
}

/** The words of a text in lines of at most that width; a longer word has a line of its own. */
export function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}

/** What agents wrote may hold terminal escapes. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu, ' ');
}
