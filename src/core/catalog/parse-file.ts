// One file against its schema; every issue becomes a problem with its place and a way to mend it.

import type { z } from 'zod';
import type { CatalogFile, Report } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** The file's content, or undefined after reporting what is wrong with it. */
export function parseFile<Schema extends z.ZodType>(
  schema: Schema,
  file: CatalogFile,
  report: Report,
): z.output<Schema> | undefined {
  const result = schema.safeParse(file.data);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    report.error(file, path, { message: messageOf(issue, path), fix: fixOf(issue) });
  }
  return undefined;
}

function messageOf(issue: Issue, path: readonly (string | number)[]): string {
  const where = path.length === 0 ? 'the file' : path.join('.');
  if (issue.code === 'unrecognized_keys') return `${where} has unknown members: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_type' && issue.input === undefined && /undefined$/.test(issue.message)) {
    return `${where} is missing`;
  }
  return `${where}: ${issue.message}`;
}

function fixOf(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'mend the spelling, or take them out';
    case 'invalid_value':
      return `use one of: ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return `write a ${issue.expected}`;
    default:
      return 'see docs/catalog.md';
  }
}
