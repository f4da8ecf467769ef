// Texts that agents and other people chose are shown on an operator's terminal: nothing in them moves the cursor, writes
// the clipboard, hides or turns other text, whichever way they are printed.

import { expect, test } from 'vitest';
import { jsonText, printable } from '../../cli/print.ts';
import { csvLines } from '../../src/core/questions/csv.ts';

const HOSTILE = {
  'an escape sequence': '\u001b]52;c;cm0gLXJmIH4=\u0007 paid',
  'an escape sequence in eight bits': '\u009b2J paid',
  'turned text': 'paid \u202eknaht\u2069',
  'hidden text': 'pa\u200bid\u{e0041}',
};
/** What a terminal obeys or hides. */
const OBEYED = /[^\P{Cc}\n]|\p{Cf}/u;

test.each(Object.entries(HOSTILE))('[CLI-21] %s is harmless in CSV', (_, text) => {
  expect(csvLines([text], [[text]]).join('\n')).not.toMatch(OBEYED);
});

test.each(Object.entries(HOSTILE))(
  '[CLI-21] %s is harmless in JSON, which still says the same',
  (_, text) => {
    const written = jsonText({ [text]: text }, 2);
    expect(written).not.toMatch(OBEYED);
    expect(JSON.parse(written)).toEqual({ [text]: text });
  },
);

test.each(Object.entries(HOSTILE))('[CLI-21] %s is harmless in lines', (_, text) => {
  expect(printable(text)).not.toMatch(OBEYED);
});

test('[CLI-21] a formula stays a text when a character that nobody sees stands before it', () => {
  for (const start of ['\u200b=', '\u0000=', '\t=', '\r+', '\ufeff-', '\u001b@'])
    expect(csvLines([], [[`${start}cmd|' /C calc'!A0`]])[1]).toMatch(/^"?'/);
});
