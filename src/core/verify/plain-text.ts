// Identifiers from outside: bounded, printable, one reading for people and programs.

/** Controls, format characters (bidirectional, zero width), unassigned ones, and line separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/** A string of 1 to `limit` characters without any that cannot be seen. */
export function isPlainText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= limit && !UNPRINTABLE.test(value);
}
