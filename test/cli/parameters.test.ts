import { describe, expect, it } from 'vitest';
import { CliError } from '../../cli/failure.ts';
import { readParameters } from '../../cli/parameters.ts';

describe('parameters', () => {
  it.each<[string, string, string | number | boolean]>([
    ['amount=20', 'amount', 20],
    ['amount=-3', 'amount', -3],
    ['amount=0', 'amount', 0],
    ['confirmed=true', 'confirmed', true],
    ['confirmed=false', 'confirmed', false],
    ['customer=cus_12345678', 'customer', 'cus_12345678'],
    ['month=2026-10', 'month', '2026-10'],
    ['code=007', 'code', '007'],
    ['code=-0', 'code', '-0'],
    ['code=1.0', 'code', '1.0'],
    ['code=1e3', 'code', '1e3'],
    ['code=+1', 'code', '+1'],
    ['code=99999999999999999999', 'code', '99999999999999999999'],
    ['code=True', 'code', 'True'],
    ['note=a=b:=c', 'note', 'a=b:=c'],
    ['note=', 'note', ''],
    ['order:="4711"', 'order', '4711'],
    ['amount:=20', 'amount', 20],
    ['confirmed:=true', 'confirmed', true],
  ])('[CLI-10] %s', (text, name, value) => {
    expect(readParameters([text])).toEqual({ [name]: value });
  });

  it('[CLI-10] --text is text whatever it looks like', () => {
    expect(readParameters([], ['order=4711', 'flag=true'])).toEqual({ order: '4711', flag: 'true' });
  });

  it.each(['amount', '=20', 'a b=1', '1a=2', '-x=1', 'x:=', 'x:={}', 'x:=null', 'x:=[1]', ''])(
    '%j cannot be read, and the fix says how to write it',
    (text) => {
      const read = () => readParameters([text]);
      expect(read).toThrow(CliError);
      expect(read).toThrow(
        expect.objectContaining({ exitCode: 2, fix: expect.stringContaining('--param name=value') }),
      );
    },
  );

  it('a name given twice is refused, also across --param and --text', () => {
    expect(() => readParameters(['a=1', 'a=2'])).toThrow('given twice');
    expect(() => readParameters(['a=1'], ['a=2'])).toThrow('given twice');
  });

  it('__proto__ is a name like any other', () => {
    const parameters = readParameters(['__proto__=x']);
    expect(Object.hasOwn(parameters, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(parameters)).toBe(Object.prototype);
  });
});
