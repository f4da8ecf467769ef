import { describe, expect, it } from 'vitest';
import { folded, printable, tableLines } from '../../cli/print.ts';

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

  it('show digests and times in short', () => {
    const cell = `catalog sha256:${'0123456789abcdef'.repeat(4)} at 2026-11-24T10:00:00.123Z`;
    expect(tableLines(['A'], [[cell]])[1]).toBe('catalog sha256:0123456789ab… at 2026-11-24T10:00:00Z');
  });

  it('fit a terminal by cutting the widest column, but no id of a grant', () => {
    const id = 'g_01KAZ0000000000000000000';
    const rows = [[id, 'x'.repeat(300), 'y'.repeat(30)]];
    const [, row = ''] = tableLines(['GRANT', 'DETAIL', 'WHAT'], rows, 100);
    expect(row).toHaveLength(100);
    expect(row).toMatch(new RegExp(`^${id}  x+…  y{30}$`));
    expect(tableLines(['GRANT', 'DETAIL', 'WHAT'], rows, 10)[1]).toContain(id);
    expect(tableLines(['GRANT', 'DETAIL', 'WHAT'], rows)[1]).toContain('x'.repeat(300));
  });
});

describe('text', () => {
  it('folds between words', () => {
    expect(folded('one two three fourteen', 8)).toEqual(['one two', 'three', 'fourteen']);
    expect(folded('averylongword a', 5)).toEqual(['averylongword', 'a']);
  });
});
