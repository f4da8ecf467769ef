// What stands in a file of the catalog and is not seen as it is read: characters that turn a line around, hide words or
// end a line for one reader and not for another ("Trojan Source", CVE-2021-42574). Comments count: people review them.

import { findHidden } from '../verify/plain-text.ts';
import type { Problem } from './problem.ts';

/** Each line with such a character. */
export function hiddenText(path: string, text: string): readonly Problem[] {
  // tabs are seen, and a line may end as on Windows; what marks the encoding is no part of the text
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  return lines.flatMap((content, index): Problem[] => {
    const at = findHidden(content.replaceAll('\t', ' '));
    if (at === undefined) return [];
    const code = (content.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return [
      {
        severity: 'error',
        file: path,
        line: index + 1,
        column: at + 1,
        message: `has a character that nobody sees: U+${code}`,
        fix: 'take it out; in YAML a value that needs it has it as an escape, in quotes',
      },
    ];
  });
}
