// A command for people to copy, as a shell takes it: each word is one word there, whatever an agent's registration says.

/** What no shell reads as anything but itself. */
const PLAIN = /^[A-Za-z0-9_./:=,@-]+$/;

/** The words in one line, quoted where a shell would read more into them. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
