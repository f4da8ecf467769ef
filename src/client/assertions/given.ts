// Assertions that somebody else put there: a variable, or a file that is kept fresh. Both may repeat.

import { readFile } from 'node:fs/promises';
import { type AssertionSource, requireVariable, type SourceKind, unavailable } from './source.ts';

const MAX_BYTES = 65_536;

/** `REMIT_ASSERTION`: the token itself. */
export const variableKind: SourceKind = {
  id: 'variable',
  applies: (around) => Boolean(around.env['REMIT_ASSERTION']),
  open: (around) => {
    const token = requireVariable(around, 'REMIT_ASSERTION', 'variable');
    return {
      name: 'REMIT_ASSERTION',
      repeats: true,
      choosesAudience: false,
      fetch: () => Promise.resolve(token.trim()),
    };
  },
};

/** `REMIT_ASSERTION_FILE`: a file that holds the token; read anew each time. */
export const fileKind: SourceKind = {
  id: 'file',
  applies: (around) => Boolean(around.env['REMIT_ASSERTION_FILE']),
  open: (around) => fileSource(requireVariable(around, 'REMIT_ASSERTION_FILE', 'file')),
};

/** A source that reads this file each time it is asked. */
export function fileSource(path: string, platform = 'file'): AssertionSource {
  return {
    name: `${platform} ${path}`,
    repeats: true,
    choosesAudience: false,
    fetch: async () => {
      const text = await readToken(path);
      if (text === '') throw unavailable(`The assertion file ${path} is empty.`, { retryable: true });
      return text;
    },
  };
}

async function readToken(path: string): Promise<string> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    if (text.length <= MAX_BYTES) return text;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw unavailable(`The assertion file ${path} cannot be read (${code}).`, { cause });
  }
  throw unavailable(`The assertion file ${path} is larger than an assertion can be.`);
}
