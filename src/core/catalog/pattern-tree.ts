// A regular expression as a tree, for those without look-around, back references and named groups. Sets of characters
// are asked of the engine itself, over printable ASCII, which is all that a value may be made of.

/** Characters as bits: printable ASCII from the lowest on, and `END` for where the value ends. */
export type CharacterSet = bigint;

/** One part of a pattern. */
export type PatternNode =
  | { readonly kind: 'set'; readonly characters: CharacterSet }
  /** `^`, `$`, `\b`: matches a place. */
  | { readonly kind: 'place' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly body: PatternNode; readonly min: number; readonly max: number };

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
/** The end of the value. */
export const END: CharacterSet = 1n << BigInt(PRINTABLE.length);

const TOKEN =
  /\\(?:u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|.)|\[(?:\\.|[^\]\\])*\]|\(\?:|(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gsu;
const QUANTIFIER = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??$/;
const PLACE = /^(?:[\^$]|\\[bB])$/;

/** The tree of a pattern that the engine takes with the flag `u`. */
export function parsePattern(pattern: string): PatternNode {
  return parseChoice(pattern.match(TOKEN) ?? [], { at: 0 });
}

interface Cursor {
  at: number;
}

function parseChoice(tokens: readonly string[], cursor: Cursor): PatternNode {
  const options = [parseSequence(tokens, cursor)];
  while (tokens[cursor.at] === '|') {
    cursor.at += 1;
    options.push(parseSequence(tokens, cursor));
  }
  const [only] = options;
  return only !== undefined && options.length === 1 ? only : { kind: 'choice', options };
}

function parseSequence(tokens: readonly string[], cursor: Cursor): PatternNode {
  const parts: PatternNode[] = [];
  for (
    let token = tokens[cursor.at];
    token !== undefined && !/^[|)]$/.test(token);
    token = tokens[cursor.at]
  ) {
    const body = parseAtom(tokens, cursor);
    const range = rangeOf(tokens[cursor.at]);
    if (range !== undefined) cursor.at += 1;
    parts.push(range === undefined ? body : { kind: 'repeat', body, ...range });
  }
  return { kind: 'sequence', parts };
}

function parseAtom(tokens: readonly string[], cursor: Cursor): PatternNode {
  const token = tokens[cursor.at] ?? '';
  cursor.at += 1;
  if (token === '(' || token === '(?:') {
    const inside = parseChoice(tokens, cursor);
    cursor.at += 1;
    return inside;
  }
  if (PLACE.test(token)) return { kind: 'place' };
  const matches = new RegExp(`^${token}$`, 'u');
  const characters = PRINTABLE.reduce(
    (found, character, index) => (matches.test(character) ? found | (1n << BigInt(index)) : found),
    0n,
  );
  return { kind: 'set', characters };
}

function rangeOf(token = ''): { min: number; max: number } | undefined {
  const [found, symbol, low, comma, high] = QUANTIFIER.exec(token) ?? [];
  if (found === undefined) return undefined;
  if (symbol !== undefined) return { min: symbol === '+' ? 1 : 0, max: symbol === '?' ? 1 : Infinity };
  const min = Number(low);
  if (comma === '') return { min, max: min };
  return { min, max: high === '' ? Infinity : Number(high) };
}
