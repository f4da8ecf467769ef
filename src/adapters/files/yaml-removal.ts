// Takes one item out of a list in a YAML text and touches no other line: order, comments and quoting stay as people
// wrote them. Comments directly above the item go with it. What the result means is for the caller to check.

import { isMap, isNode, isScalar, isSeq, type ParsedNode, parseDocument, type YAMLSeq } from 'yaml';

/** The text without the first item of the list `key` that matches; undefined when there is none. */
export function removeItem(
  text: string,
  key: string,
  matches: (item: unknown) => boolean,
): string | undefined {
  const document = parseDocument(text);
  const list = document.get(key, true);
  if (document.errors.length > 0 || !isSeq(list)) return undefined;
  const index = list.items.findIndex((item) => isNode(item) && matches(item.toJS(document)));
  if (index === -1) return undefined;
  if (list.items.length === 1) return emptied(text, list, document.contents);
  return list.flow === true ? cutFlow(text, list, index) : cutBlock(text, list, index);
}

type Range = readonly [start: number, end: number];

function rangeOf(list: YAMLSeq, index: number): Range {
  const item = list.items[index];
  const range = isNode(item) ? item.range : undefined;
  if (!range) throw new Error('a parsed item has its place');
  return [range[0], range[1]];
}

/** `[a, b, c]`: up to the next item, or from the end of the one before. */
function cutFlow(text: string, list: YAMLSeq, index: number): string {
  const isLast = index === list.items.length - 1;
  const from = isLast ? rangeOf(list, index - 1)[1] : rangeOf(list, index)[0];
  const to = isLast ? rangeOf(list, index)[1] : rangeOf(list, index + 1)[0];
  return text.slice(0, from) + text.slice(to);
}

/** `- a` on lines of its own. */
function cutBlock(text: string, list: YAMLSeq, index: number): string {
  const [start, end] = rangeOf(list, index);
  let from = lineStart(text, start);
  // comments of the item stand directly above it
  while (from > 0 && /^[ \t]*#[^\n]*$/.test(text.slice(lineStart(text, from - 1), from - 1)))
    from = lineStart(text, from - 1);
  return text.slice(0, from) + text.slice(lineEnd(text, start, end));
}

/** A list without items is written as such. */
function emptied(text: string, list: YAMLSeq, contents: ParsedNode | null): string | undefined {
  const range = list.range;
  if (!range || !isMap(contents)) return undefined;
  if (list.flow === true) return `${text.slice(0, range[0])}[]${text.slice(range[1])}`;
  const pair = contents.items.find(({ value }) => (value as unknown) === list);
  const keyEnd = isScalar(pair?.key) ? pair.key.range?.[1] : undefined;
  const colon = keyEnd === undefined ? -1 : text.indexOf(':', keyEnd);
  if (colon === -1) return undefined;
  const [start, end] = rangeOf(list, 0);
  return `${text.slice(0, colon + 1)} []\n${text.slice(lineEnd(text, start, end))}`;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Past the line that the item ends on; a nested value may already end behind its line. */
function lineEnd(text: string, start: number, end: number): number {
  const last = Math.max(start, end - (text[end - 1] === '\n' ? 1 : 0));
  const newline = text.indexOf('\n', last);
  return newline === -1 ? text.length : newline + 1;
}
