// What a resource or condition value may be written of.

import { parametersIn } from './template.ts';

/** One thing wrong with a task's permissions. */
export interface PermissionProblem {
  readonly message: string;
  readonly fix: string;
}

/** No variables, no wildcard beside a placeholder in one segment: `{customer}*` would let cus_1 reach cus_12. */
export function checkText(text: string): PermissionProblem[] {
  const segments = text.split(/[/:]/);
  const beside = segments.find((segment) => parametersIn(segment).length > 0 && /[*?]/.test(segment));
  const bare = text.replaceAll(/\{[^{}]*\}/g, '');
  return [
    ...(text.includes('$') || /[{}"\\]|[^\x20-\x7e]/.test(bare)
      ? [
          {
            message: `"${text}" has a character or policy variable that is not allowed`,
            fix: 'use plain ARNs',
          },
        ]
      : []),
    ...(beside === undefined
      ? []
      : [
          {
            message: `"${beside}" has a placeholder and a wildcard in one segment`,
            fix: 'put a / between them',
          },
        ]),
    ...(/\}\{/.test(text)
      ? [
          {
            message: `"${text}" has two placeholders side by side`,
            fix: 'put a fixed character between them',
          },
        ]
      : []),
  ];
}
