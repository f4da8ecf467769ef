// How long the text of a parameter's value can be: what the worst case of a policy is budgeted with.

import type { ParameterSpec } from '../model.ts';

/** Longest string value where the catalog gives no `maxLength`. */
export const DEFAULT_MAX_LENGTH = 128;

/** Characters of the longest value that a parameter can have. */
export function longestValue(spec: ParameterSpec): number {
  switch (spec.type) {
    case 'string':
      return spec.maxLength ?? DEFAULT_MAX_LENGTH;
    case 'enum':
      return Math.max(0, ...spec.values.map((value) => value.length));
    case 'integer':
      return Math.max(String(spec.min).length, String(spec.max).length);
    case 'boolean':
      return 'false'.length;
    case 'uuid':
      return 36;
  }
}
