import { describe, expect, it } from 'vitest';
import { printable, tableLines } from '../../cli/print.ts';

describe('tables', () => {
  it('align, and keep terminal escapes of agents out', () => {
    expect(
      tableLines(
        ['A', 'LONG'],
        [
          ['xx', 'red\u001b[31m'],
          ['y', 'z'],
        ],
      ),
    ).toEqual(['A   LONG', 'xx  red [31m', 'y   z']);
    expect(printable('a\nb\u202ec')).toBe('a b c');
  });
});
