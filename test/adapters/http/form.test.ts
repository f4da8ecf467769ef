// Forms are read strictly.

import { describe, expect, test } from 'vitest';
import { MAX_BODY_BYTES, readForm, required } from '../../../src/adapters/http/form.ts';

const FORM = 'application/x-www-form-urlencoded';
const read = (body: string, type: string | undefined = FORM) => readForm(type, Buffer.from(body, 'latin1'));

describe('a form', () => {
  test('is read with plus and percent-encoding', () => {
    const form = read('grant_type=urn%3Aa&purpose=two+words+%E2%82%AC');
    expect(Object.fromEntries(form)).toEqual({ grant_type: 'urn:a', purpose: 'two words €' });
  });

  test('counts an empty value as left out', () => {
    expect(read('a=&b').has('a')).toBe(false);
    expect(() => required(read('a='), 'a')).toThrow(expect.objectContaining({ code: 'parameter_missing' }));
  });

  test('may say its charset', () => {
    expect(read('a=1', `${FORM}; charset=UTF-8`).get('a')).toBe('1');
  });

  test.each([
    ['a repeated parameter', 'a=1&a=2', 'parameter_repeated'],
    ['a repeated parameter with an empty first value', 'a=&a=2', 'parameter_repeated'],
    ['a parameter repeated in other encoding', 'a=1&%61=2', 'parameter_repeated'],
    ['a stray percent sign', 'a=100%', 'form_malformed'],
    ['broken UTF-8', 'a=%ff%fe', 'form_malformed'],
    ['overlong UTF-8', 'a=%c0%af', 'form_malformed'],
    ['raw bytes', 'a=\xe9', 'form_malformed'],
    ['a raw line break', 'a=1\nb=2', 'form_malformed'],
    ['too many fields', Array.from({ length: 33 }, (_, n) => `f${n}=1`).join('&'), 'form_malformed'],
    ['too large a body', `a=${'x'.repeat(MAX_BODY_BYTES)}`, 'body_too_large'],
  ])('[FORM-1] with %s is refused', (_, body, code) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['JSON', 'application/json'],
    ['nothing', ''],
    ['a multipart form', 'multipart/form-data; boundary=x'],
    ['another charset', `${FORM}; charset=utf-16`],
    ['two types', `${FORM}, application/json`],
  ])('[FORM-2] sent as %s is refused', (_, type) => {
    expect(() => read('a=1', type)).toThrow(expect.objectContaining({ code: 'content_type_unsupported' }));
  });
});
