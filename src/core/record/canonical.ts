// Canonical JSON (RFC 8785): one text for one value, here and in the browser. It imports nothing of Node, so that the
// console computes the very texts that people sign.

import canonicalizeModule from 'canonicalize';

// the package is CommonJS, and its types describe another shape than the function Node imports
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/** Canonical JSON (RFC 8785). @throws TypeError for what JSON cannot say. */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a digest needs a JSON value');
  return text;
}
