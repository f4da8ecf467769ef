import { describe, expect, it } from 'vitest';
import { portFrom } from '../../../cli/local/ports.ts';

describe('a port from the environment', () => {
  it('is the fallback unless it is set, and 0 is a value', () => {
    expect(portFrom({}, 'REMIT_PORT', 8787)).toBe(8787);
    expect(portFrom({ REMIT_PORT: '' }, 'REMIT_PORT', 8787)).toBe(8787);
    expect(portFrom({ REMIT_PORT: '0' }, 'REMIT_PORT', 8787)).toBe(0);
  });

  it.each(['65536', '-1', '80a', ' 80', '1e3', '999999'])(
    'is refused with the variable named: %s',
    (text) => {
      expect(() => portFrom({ REMIT_PORT: text }, 'REMIT_PORT', 8787)).toThrow(/REMIT_PORT/);
    },
  );
});
