// One file against its schema; every issue becomes a problem with its place and a way to mend it.

import type { z } from 'zod';
import type { CatalogFile, DocumentPath, Report } from './problem.ts';

type Issue = z.core.$ZodIssue;

const NOTATION: Readonly<Record<string, string>> = {
  array: 'a list, such as [a, b]',
  int: 'a whole number',
  object: 'members below it, one a line',
  record: 'members below it, one a line',
  string: 'a text, in quotes where it looks like something else',
};

/** What zod says it got, in words. */
const RECEIVED: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  null: 'empty',
  number: 'a number',
  object: 'something with members',
  string: 'a text',
};

/** The file's content, or undefined after reporting what is wrong with it. */
export function parseFile<Schema extends z.ZodType>(
  schema: Schema,
  file: CatalogFile,
  report: Report,
): z.output<Schema> | undefined {
  const prototypes = prototypesIn(file.data, []);
  for (const path of prototypes) {
    report.error(file, path, { message: `${path.join('.')} is no name`, fix: 'take it out' });
  }
  const result = schema.safeParse(file.data);
  if (result.success) return prototypes.length > 0 ? undefined : result.data;
  for (const issue of result.error.issues) {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    const at = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path;
    report.error(file, at, { message: messageOf(issue, path), fix: fixOf(issue) });
  }
  return undefined;
}

/** zod leaves such a member of a record out in silence: a claim or condition would be gone. */
function prototypesIn(value: unknown, path: DocumentPath): DocumentPath[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = [...path, name];
    return name === '__proto__' ? [at] : prototypesIn(member, at);
  });
}

function messageOf(issue: Issue, path: readonly (string | number)[]): string {
  const where = path.length === 0 ? 'the file' : path.join('.');
  if (issue.code === 'unrecognized_keys') return `${where} has unknown members: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_type' && issue.input === undefined && /undefined$/.test(issue.message)) {
    return `${where} is missing`;
  }
  if (issue.code === 'invalid_value') return `${where} has a value that it cannot have`;
  if (issue.code === 'too_small' && issue.origin === 'array' && /^Too small/.test(issue.message))
    return `${where} has too few entries: at least ${issue.minimum}`;
  const is = issue.code === 'invalid_type' && RECEIVED[/received (\w+)$/.exec(issue.message)?.[1] ?? ''];
  return is ? `${where} is ${is}, which it cannot be` : `${where}: ${issue.message}`;
}

function fixOf(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'mend the spelling, or take them out';
    case 'invalid_value':
      return `use one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array' ? 'add what is missing' : 'see docs/catalog.md';
    case 'invalid_type':
      return `write ${NOTATION[issue.expected] ?? `a ${issue.expected}`}`;
    default:
      return 'see docs/catalog.md';
  }
}
