// Texts from outside: bounded, visible, one reading for people and programs. What nobody sees can make two texts look
// like one, leave a reason blank, or carry words for programs that read along.

/** Blank or without a glyph of its own: fillers, variation selectors, tags, joiners; Braille's empty cell. */
const WITHOUT_GLYPH = String.raw`\p{Default_Ignorable_Code_Point}\u2800`;
/** Controls, format characters (bidirectional, zero width), unassigned ones, and line separators. */
const UNPRINTABLE = new RegExp(String.raw`[\p{C}\p{Zl}\p{Zp}${WITHOUT_GLYPH}]`, 'u');
/** The same for words, which may have a character that is younger than this program. */
const HIDDEN = new RegExp(String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}${WITHOUT_GLYPH}]`, 'u');
/** Marks upon marks grow over the lines above and below; no script needs so many on one letter. */
const PILED = /\p{M}{9}/u;
const GLYPH = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** How keyboards write the coloured form of a sign: one selector after it, and nothing hidden. */
const COLOURED = /(\p{Extended_Pictographic})\ufe0f/gu;

/** A string of 1 to `limit` characters without any that cannot be seen. */
export function isPlainText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= limit && !UNPRINTABLE.test(value);
}

/** What somebody wrote for others to read, on one line: like plain text, with something to see in it. */
export function isPlainWords(value: unknown, limit: number): value is string {
  if (typeof value !== 'string' || value.length > limit) return false;
  const words = value.replace(COLOURED, '$1');
  return GLYPH.test(words) && !HIDDEN.test(words) && !PILED.test(words);
}

/** Where the first character stands that nobody sees, if there is one. */
export function findHidden(line: string): number | undefined {
  // of the same length, so that the place stays
  const at = line.replace(COLOURED, '$1.').search(HIDDEN);
  return at < 0 ? undefined : at;
}
