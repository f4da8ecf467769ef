// Reads an HTML form body strictly (RFC 6749 §3.2, Appendix B): one media type, valid UTF-8, no parameter twice.
// An empty value counts as left out.

import { Refusal } from '../../core/refusal.ts';

/** The longest body read: a 16 KiB assertion beside everything else. */
export const MAX_BODY_BYTES = 65_536;
const MAX_FIELDS = 32;
const FORM_TYPE = 'application/x-www-form-urlencoded';
/** RFC 8693 §2.1 and RFC 8707 §2 let these stand more than once. */
const REPEATABLE = new Set(['resource', 'audience']);

/** A form's values by name; only `resource` and `audience` can have several. */
export type Form = ReadonlyMap<string, string>;

/** @throws Refusal `content_type_unsupported`, `body_too_large`, `form_malformed`, `parameter_repeated`. */
export function readForm(contentType: string | undefined, body: Buffer): Form {
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== FORM_TYPE || parameters.some((parameter) => parameter !== 'charset=utf-8')) {
    throw new Refusal('content_type_unsupported');
  }
  if (body.length > MAX_BODY_BYTES) throw new Refusal('body_too_large');
  const form = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of fieldsOf(body)) {
    if (seen.has(name) && !REPEATABLE.has(name))
      throw new Refusal('parameter_repeated', { detail: name.slice(0, 40) });
    seen.add(name);
    if (value !== '') form.set(name, value);
  }
  return form;
}

/** The value of a parameter that must be there. @throws Refusal `parameter_missing`. */
export function required(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw new Refusal('parameter_missing', { members: { parameter: name } });
  return value;
}

function fieldsOf(body: Buffer): [string, string][] {
  const text = body.toString('latin1');
  const fields = text.split('&').filter((field) => field !== '');
  if (fields.length > MAX_FIELDS) throw new Refusal('form_malformed', { detail: 'too many fields' });
  return fields.map((field) => {
    const split = field.indexOf('=');
    const name = split < 0 ? field : field.slice(0, split);
    return [decode(name), decode(split < 0 ? '' : field.slice(split + 1))];
  });
}

/** Percent-decoding that refuses stray percent signs, bytes outside ASCII and broken UTF-8. */
function decode(text: string): string {
  if (!/^[\x21-\x7e]*$/.test(text)) throw new Refusal('form_malformed', { detail: 'characters' });
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal('form_malformed', { detail: 'percent-encoding' });
  }
}
